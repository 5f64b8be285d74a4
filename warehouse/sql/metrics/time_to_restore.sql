-- title: Time to restore
-- question: How long are production incidents open?
-- unit: seconds
-- aggregate: mean
-- statistics: mean, p50, p75, p90, p95, p10, p25, min, max
-- better: lower
-- band: recovery_time
-- needs: incidents
-- once: ref
-- description: From an incident's first opening to its last resolution (classic MTTR), at the resolution. An incident that was
--   reopened is open again until then. Not counted: one of which nobody told when it opened. One that names several services counts once in a slice; one that names none counts
--   for the organisation only.
SELECT
    i.service, i.source, CAST(NULL AS VARCHAR) AS environment, true AS production, i.resolved_at AS "at",
    (epoch_us(i.resolved_at) - epoch_us(i.opened_at)) / 1e6 AS value, 1.0 AS weight, i.incident AS ref, i.url,
    coalesce(i.severity || ': ', '') || coalesce(i.title, 'incident ' || i.incident) AS because
FROM incidents AS i
WHERE i.resolved_at >= i.opened_at AND i.opening_known;
