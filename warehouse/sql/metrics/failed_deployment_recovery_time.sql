-- title: Failed deployment recovery time
-- question: How fast do we recover from a failed change?
-- unit: seconds
-- aggregate: median
-- statistics: p50, p75, p90, p95, mean, p10, p25, min, max
-- better: lower
-- band: recovery_time
-- needs: failures
-- once: none
-- description: From a failed deployment's first success to its recovery, the earliest of the last of its incidents resolved,
--   its rollback, the deployment that ships its revert, and the one that says it fixes it. It counts at the moment of recovery.
SELECT
    d.service, d.source, d.environment, d.production, d.recovered_at AS "at",
    (epoch_us(d.recovered_at) - epoch_us(d.first_success_at)) / 1e6 AS value, 1.0 AS weight,
    d.deployment AS ref, d.url,
    'failed by ' || d.failed_by || ', recovered by '
    || CASE d.recovered_by
        WHEN 'incident' THEN 'resolving its incidents'
        WHEN 'rollback' THEN 'its rollback'
        WHEN 'revert' THEN 'the deployment of its revert'
        ELSE 'the deployment that fixes it'
    END AS because
FROM deployments AS d
WHERE d.failed AND d.recovered_at >= d.first_success_at;
