-- title: Merge time
-- question: How long does an approved pull request wait to be merged?
-- unit: seconds
-- aggregate: median
-- statistics: p50, p75, p90, p95, mean, p10, p25, min, max
-- better: lower
-- band: none
-- needs: pull_requests
-- once: ref
-- description: From a pull request's first approval to its merge. One that nobody approved has no merge time.
SELECT
    r.service, r.source, CAST(NULL AS VARCHAR) AS environment, true AS production, r.merged_at AS "at",
    (epoch_us(r.merged_at) - epoch_us(r.approved_at)) / 1e6 AS value, 1.0 AS weight,
    r.repository || '#' || r.number AS ref, r.url, coalesce(r.title, 'pull request ' || r.number) AS because
FROM service_pull_requests AS r
WHERE r.merged_at >= r.approved_at;
