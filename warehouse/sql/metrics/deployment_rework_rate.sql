-- title: Deployment rework rate
-- question: What share of deployments was unplanned repair?
-- unit: ratio
-- aggregate: mean
-- statistics: mean
-- better: lower
-- band: rework_rate
-- needs: deployments
-- once: none
-- description: Deployments that reached production as a remediation (a rollback, a hotfix, one that ships a revert, or one
--   that says it fixes another), of all that reached it.
SELECT
    d.service, d.source, d.environment, d.production, d.first_success_at AS "at",
    CAST(d.remediation IS NOT NULL AS DOUBLE) AS value, 1.0 AS weight, d.deployment AS ref, d.url,
    coalesce('a repair: ' || d.remediation, 'planned: no rollback, hotfix, revert or fix') AS because
FROM deployments AS d
WHERE d.first_success_at IS NOT NULL;
