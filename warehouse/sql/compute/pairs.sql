-- The (service, environment) pairs in scope and how far their walk has to go: `idle`, nothing new; `active`, deployments
-- came after all others and nothing changed in what was live before; `fresh`, walk it all again. Plain ones are `swept`.
CREATE OR REPLACE TEMP TABLE pairs AS
WITH now AS (
    SELECT service, environment, source, deployment, first_success_at, commits, version, flagged_rollback
    FROM scoped_deployments WHERE first_success_at IS NOT NULL
),

before AS (
    SELECT service, environment, source, deployment, first_success_at, commits, version, rollback
    FROM deployments WHERE first_success_at IS NOT NULL AND service IN (SELECT service FROM scope)
),

ends AS (SELECT service, environment, max(first_success_at) AS last_at FROM before GROUP BY ALL),

judged AS (
    SELECT
        coalesce(n.service, b.service) AS service, coalesce(n.environment, b.environment) AS environment,
        b.service IS NULL AND n.first_success_at > e.last_at AND NOT n.flagged_rollback AS follows,
        b.service IS NOT NULL AND n.service IS NOT NULL AND n.first_success_at = b.first_success_at
        AND n.commits = b.commits AND n.version IS NOT DISTINCT FROM b.version
        AND (b.rollback OR NOT n.flagged_rollback) AS stays
    FROM now AS n
    FULL JOIN before AS b
        ON n.service = b.service AND n.environment = b.environment AND n.source = b.source
            AND n.deployment = b.deployment
    LEFT JOIN ends AS e ON n.service = e.service AND n.environment = e.environment
)

SELECT
    service, environment,
    CASE
        WHEN (service, environment) IN (SELECT (service, environment) FROM disturbed) THEN 'fresh'
        WHEN bool_and(stays) THEN 'idle'
        WHEN bool_and(stays OR coalesce(follows, false)) THEN 'active'
        ELSE 'fresh'
    END AS walk,
    false AS swept
FROM judged
GROUP BY service, environment;
