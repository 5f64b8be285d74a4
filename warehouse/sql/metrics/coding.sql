-- title: Coding time
-- question: How long is a change written before others see it?
-- unit: seconds
-- aggregate: median
-- statistics: p50, p75, p90, p95, mean, p10, p25, min, max
-- better: lower
-- band: none
-- needs: pull_requests
-- once: ref
-- description: From the first commit of a pull request's branch to the pull request being open for review, not a draft. The
--   commits are those that pushes brought to the branch since the last pull request of it had ended.
SELECT
    r.service, r.source, CAST(NULL AS VARCHAR) AS environment, true AS production, r.asked_at AS "at",
    (epoch_us(r.asked_at) - epoch_us(b.first_at)) / 1e6 AS value, 1.0 AS weight,
    r.repository || '#' || r.number AS ref, r.url,
    'first of ' || b.commits || ' pushed to ' || r.head_branch || ' → open for review' AS because
FROM asked AS r
INNER JOIN branch_commits AS b ON r.repository = b.repository AND r.number = b.number
WHERE b.first_at <= r.asked_at;
