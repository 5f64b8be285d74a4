-- title: Change fail rate
-- question: What share of changes fails in production?
-- unit: ratio
-- aggregate: mean
-- statistics: mean
-- better: lower
-- band: change_fail_rate
-- needs: changes
-- once: none
-- description: Deployments that reached production and later needed remediation, of all that reached it. Evidence is an
--   explicit link, a rollback, a revert, or an incident within the window. Rollbacks are outside on both sides.
SELECT
    d.service, d.source, d.environment, d.production, d.first_success_at AS "at",
    CAST(d.failed AS DOUBLE) AS value, 1.0 AS weight, d.deployment AS ref, d.url,
    CASE WHEN d.failed THEN 'failed: ' || coalesce(e.because, d.failed_by) ELSE 'nothing says that it failed' END AS because
FROM deployments AS d
LEFT JOIN (
    SELECT service, environment, source, deployment, arg_min(because, trust) AS because
    FROM failure_evidence GROUP BY ALL
) AS e ON d.service = e.service AND d.environment = e.environment AND d.source = e.source AND d.deployment = e.deployment
WHERE d.first_success_at IS NOT NULL AND NOT d.rollback;
