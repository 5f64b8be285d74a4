-- Merged pull requests, with the first deployment of a service and environment that contains what each left on its base
-- branch: that may be live by a squash before it is reached itself.
CREATE OR REPLACE VIEW deployed_pull_requests AS
WITH landed AS NOT MATERIALIZED (
    SELECT c.service, c.environment, c.deployment, c."at" AS deployed_at, c.source AS deployed_by, c.because, r.*
    FROM pull_requests AS r
    INNER JOIN contained AS c ON r.repository = c.repository AND coalesce(r.merge_sha, r.head_sha) = c.sha
    WHERE r.merged_at IS NOT NULL AND c.because NOT IN ('baseline', 'again')
),

owned AS (
    SELECT * FROM landed WHERE because NOT IN ('other_paths', 'no_paths', 'merge_no_paths')
    UNION ALL                           -- apart, so that where nothing is shared nothing is looked up
    SELECT l.* FROM landed AS l
    SEMI JOIN contained AS h
        ON l.service = h.service AND l.environment = h.environment AND l.repository = h.repository
        AND l.head_sha = h.sha AND h.counted
    -- DuckDB reads whole rows before it looks at an IN; what ends so is looked at first, and without monorepos nothing does
    WHERE l.because IN ('other_paths', 'no_paths', 'merge_no_paths') AND ends_with(l.because, '_paths')
)

SELECT o.* EXCLUDE (because), d.production
FROM owned AS o
INNER JOIN deployments AS d
    ON o.deployed_at = d.first_success_at AND o.service = d.service AND o.environment = d.environment
    AND o.deployed_by = d.source AND o.deployment = d.deployment;
