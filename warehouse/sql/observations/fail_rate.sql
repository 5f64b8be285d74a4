-- Deployments of the denominator, each with whether it failed, or with how many incidents name it; or with all incidents
-- beside them, which weigh nothing.
WITH many AS (
    SELECT b.service, b.environment, b.source, b.deployment, count(*) AS many, min(b.because) AS because
    FROM blamed AS b GROUP BY b.service, b.environment, b.source, b.deployment
)

SELECT
    d.service, d.source, d.environment, d.production, coalesce(d.first_success_at, d.last_failure_at) AS "at",
    CASE WHEN $failures = 'links' THEN coalesce(m.many, 0) ELSE CAST(m.many IS NOT NULL AS INTEGER) END::DOUBLE AS value,
    1.0 AS weight, d.deployment AS ref, d.url,
    CASE WHEN m.many IS NULL THEN 'nothing says that it failed' ELSE 'failed: ' || m.because END AS because
FROM deployments AS d
LEFT JOIN many AS m
    ON d.service = m.service AND d.environment = m.environment AND d.source = m.source AND d.deployment = m.deployment
WHERE CASE $failures_of
        WHEN 'rollouts' THEN coalesce(d.first_success_at, d.last_failure_at) IS NOT NULL
        WHEN 'changes' THEN d.first_success_at IS NOT NULL AND NOT d.rollback
        WHEN 'known_deployments' THEN d.first_success_at IS NOT NULL AND d.graph IN ('known', 'partial')
        ELSE d.first_success_at IS NOT NULL
    END
UNION ALL
SELECT
    i.service, i.source, NULL, true, i.opened_at, 1.0, 0.0, i.incident, i.url,
    'incident ' || coalesce(i.title, i.incident)
FROM incidents AS i
WHERE $failures = 'incidents' AND i.opening_known;
