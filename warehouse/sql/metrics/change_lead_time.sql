-- title: Change lead time
-- question: How long does a commit take to run in production?
-- unit: seconds
-- aggregate: median
-- statistics: p50, p75, p90, p95, mean, p10, p25, min, max
-- better: lower
-- band: change_lead_time
-- needs: commits
-- once: none
-- description: From a commit's committer date to the first success of the first deployment of the service that contains it
--   (git log earlier..deployed). The first deployment ever observed ships nothing, because what was live before it is
--   unknown; merge commits are no changes; a squash stands for the commits of its branch.
SELECT
    c.service, c.source, c.environment, d.production, c."at",
    (epoch_us(c."at") - epoch_us(c.committed_at)) / 1e6 AS value, 1.0 AS weight, c.sha AS ref, d.url,
    'deployment ' || c.deployment || ' is the first in ' || c.environment || ' that contains it'
    || CASE
        WHEN starts_with(c.because, 'squash:') THEN ', squashed into ' || substr(c.because, 8, 10)
        WHEN starts_with(c.because, 'copy:') THEN ', copied to ' || substr(c.because, 6, 10)
        ELSE ''
    END AS because
FROM contained AS c
INNER JOIN deployments AS d
    ON c."at" = d.first_success_at AND c.service = d.service AND c.environment = d.environment
    AND c.source = d.source AND c.deployment = d.deployment
WHERE c.counted AND c.committed_at <= c."at";
