-- title: Review time
-- question: How long is a pull request reviewed?
-- unit: seconds
-- aggregate: median
-- statistics: p50, p75, p90, p95, mean, p10, p25, min, max
-- better: lower
-- band: none
-- needs: pull_requests
-- once: ref
-- description: From a pull request's first review to its first approval; one that was approved at first sight took none.
SELECT
    r.service, r.source, CAST(NULL AS VARCHAR) AS environment, true AS production, r.approved_at AS "at",
    (epoch_us(r.approved_at) - epoch_us(r.reviewed_at)) / 1e6 AS value, 1.0 AS weight,
    r.repository || '#' || r.number AS ref, r.url, coalesce(r.title, 'pull request ' || r.number) AS because
FROM service_pull_requests AS r
WHERE r.approved_at >= r.reviewed_at;
