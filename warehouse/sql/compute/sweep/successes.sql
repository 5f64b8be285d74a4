-- The successes of swept walks in the order in which they succeeded, numbered; `baseline` is the first of its walk.
CREATE OR REPLACE TEMP TABLE sweep_successes AS
SELECT
    row_number() OVER in_order - 1 AS owner, dense_rank() OVER (ORDER BY d.service, d.environment) AS pair,
    row_number() OVER (
        PARTITION BY d.service, d.environment
        ORDER BY d.first_success_at, d.source, length(d.deployment), d.deployment
    ) = 1 AS baseline,
    d.service, d.environment, d.source, d.deployment, d.first_success_at, d.version, d.flagged_rollback,
    len(d.commits) > 0 AS has_sha, d.commits[1].repository AS repository,
    CASE WHEN d.commits[1].repository IS NOT NULL THEN d.commits[1].sha END AS sha
FROM scoped_deployments AS d
INNER JOIN pairs AS p ON d.service = p.service AND d.environment = p.environment
WHERE p.swept AND d.first_success_at IS NOT NULL
WINDOW in_order AS (
    ORDER BY d.service, d.environment, d.first_success_at, d.source, length(d.deployment), d.deployment
);
