-- title: Deploy time
-- question: How long does a merged change wait to be deployed?
-- unit: seconds
-- aggregate: median
-- statistics: p50, p75, p90, p95, mean, p10, p25, min, max
-- better: lower
-- band: none
-- needs: requests
-- once: none
-- description: From a pull request's merge to the first success of the first deployment of the service that contains what it
--   left on its base branch. What ran before the first deployment ever observed is unknown, so that one counts none. In a
--   monorepo it is the service's where what it left, or the head of its branch, touches one of the service's paths.
SELECT
    r.service, r.deployed_by AS source, r.environment, r.production, r.deployed_at AS "at",
    (epoch_us(r.deployed_at) - epoch_us(r.merged_at)) / 1e6 AS value, 1.0 AS weight,
    r.repository || '#' || r.number AS ref, r.url,
    'merged, then live with deployment ' || r.deployment AS because
FROM deployed_pull_requests AS r
WHERE r.deployed_at >= r.merged_at;
