-- Deployments that there is news of, with what they were before and what was live in their environment last.
CREATE OR REPLACE TEMP TABLE news AS
WITH before AS (SELECT * FROM deployments WHERE service IN (SELECT service FROM scoped_deployments)),

ends AS (
    SELECT service, environment, max(first_success_at) AS last_at FROM before
    WHERE first_success_at IS NOT NULL GROUP BY service, environment
),

running AS (
    SELECT DISTINCT service FROM before
    WHERE production AND first_success_at IS NOT NULL AND graph IN ('known', 'partial')
)

SELECT
    n.*, e.last_at, n.service IN (FROM running) AS in_production, b,
    n.first_success_at IS NOT NULL AND b.first_success_at IS NULL AS newly_live
FROM scoped_deployments AS n
LEFT JOIN ends AS e ON n.service = e.service AND n.environment = e.environment
LEFT JOIN before AS b
    ON n.service = b.service AND n.environment = b.environment AND n.source = b.source AND n.deployment = b.deployment;
