-- Deployments that there is news of, with what they were before and what was live in their environment last.
CREATE OR REPLACE TEMP TABLE news AS
WITH ends AS (
    SELECT service, environment, max(first_success_at) AS last_at, bool_or(production AND graph IN ('known', 'partial')) AS seen
    FROM deployments
    WHERE first_success_at IS NOT NULL AND service IN (SELECT service FROM scoped_deployments)
    GROUP BY service, environment
),

before AS (SELECT * FROM deployments WHERE deployment IN (SELECT deployment FROM scoped_deployments))

SELECT
    n.*, e.last_at, n.service IN (SELECT service FROM ends WHERE seen) AS in_production, b,
    n.first_success_at IS NOT NULL AND b.first_success_at IS NULL AS newly_live
FROM scoped_deployments AS n
LEFT JOIN ends AS e ON n.service = e.service AND n.environment = e.environment
LEFT JOIN before AS b
    ON n.service = b.service AND n.environment = b.environment AND n.source = b.source AND n.deployment = b.deployment;
