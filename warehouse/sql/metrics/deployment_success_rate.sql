-- title: Deployment success rate
-- question: What share of rollouts ends in success?
-- unit: ratio
-- aggregate: mean
-- statistics: mean
-- better: higher
-- band: none
-- needs: rollouts
-- once: none
-- description: A rollout that ended, retried or not, is one observation, at its first success or else its last failure. One
--   that is still running or was cancelled has not ended.
SELECT
    d.service, d.source, d.environment, d.production, coalesce(d.first_success_at, d.last_failure_at) AS "at",
    CAST(d.first_success_at IS NOT NULL AS DOUBLE) AS value, 1.0 AS weight, d.deployment AS ref, d.url,
    CASE
        WHEN d.first_success_at IS NULL THEN 'never succeeded'
        WHEN d.last_failure_at < d.first_success_at THEN 'succeeded after a retry'
        ELSE 'succeeded'
    END AS because
FROM deployments AS d
WHERE d.first_success_at IS NOT NULL
    OR d.last_failure_at IS NOT NULL AND d.status NOT IN ('queued', 'in_progress');
