-- title: Pickup time
-- question: How long does a pull request wait for its first review?
-- unit: seconds
-- aggregate: median
-- statistics: p50, p75, p90, p95, mean, p10, p25, min, max
-- better: lower
-- band: none
-- needs: pull_requests
-- once: ref
-- description: From a pull request being open for review, not a draft, to its first review (an approval is one).
SELECT
    r.service, r.source, CAST(NULL AS VARCHAR) AS environment, true AS production, r.reviewed_at AS "at",
    (epoch_us(r.reviewed_at) - epoch_us(r.asked_at)) / 1e6 AS value, 1.0 AS weight,
    r.repository || '#' || r.number AS ref, r.url, coalesce(r.title, 'pull request ' || r.number) AS because
FROM service_pull_requests AS r
WHERE r.reviewed_at >= r.asked_at;
