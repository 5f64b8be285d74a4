-- title: Batch size
-- question: How many commits does a deployment bring?
-- unit: commits
-- aggregate: median
-- statistics: p50, p75, p90, p95, mean, p10, p25, min, max
-- better: lower
-- band: none
-- needs: commits
-- once: none
-- description: Commits that a deployment shipped, of the deployments that shipped any. A redeploy, a rollback and the first
--   deployment ever observed bring no batch; `mean` is commits per deployment.
SELECT
    d.service, d.source, d.environment, d.production, d.first_success_at AS "at",
    CAST(d.shipped AS DOUBLE) AS value, 1.0 AS weight, d.deployment AS ref, d.url,
    'shipped ' || d.shipped || CASE d.shipped WHEN 1 THEN ' commit' ELSE ' commits' END AS because
FROM deployments AS d
WHERE d.first_success_at IS NOT NULL AND d.shipped > 0;
