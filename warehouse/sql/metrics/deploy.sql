-- title: Deploy time
-- question: How long does a merged change wait to be deployed?
-- unit: seconds
-- aggregate: median
-- statistics: p50, p75, p90, p95, mean, p10, p25, min, max
-- better: lower
-- band: none
-- needs: commits
-- once: none
-- description: From a pull request's merge to the first success of the first deployment of the service that contains what it
--   left on its base branch. What ran before the first deployment ever observed is unknown, so that one counts none. In a
--   monorepo it is the service's where what it left, or the head of its branch, touches one of the service's paths.
SELECT
    c.service, c.source, c.environment, d.production, c."at",
    (epoch_us(c."at") - epoch_us(r.merged_at)) / 1e6 AS value, 1.0 AS weight,
    r.repository || '#' || r.number AS ref, r.url,
    'merged, then live with deployment ' || c.deployment AS because
FROM pull_requests AS r
INNER JOIN contained AS c ON r.repository = c.repository AND coalesce(r.merge_sha, r.head_sha) = c.sha
INNER JOIN deployments AS d
    ON c."at" = d.first_success_at AND c.service = d.service AND c.environment = d.environment
    AND c.source = d.source AND c.deployment = d.deployment
WHERE c."at" >= r.merged_at AND c.because <> 'baseline'
    AND (
        c.because NOT IN ('other_paths', 'no_paths')
        OR EXISTS (
            SELECT 1 FROM contained AS h
            WHERE h.service = c.service AND h.environment = c.environment AND h.repository = c.repository
                AND h.sha = r.head_sha AND h.counted
        )
    );
