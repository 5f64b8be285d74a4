-- The pull requests that a deployment shipped, or that were merged, in the window: what the profile dates them by. Where it
-- counts each once, the first of a service's production environments has it, unless the reader names one.
WITH shipped AS (
    SELECT * FROM (
        SELECT r.*, CASE WHEN $lead_time_at = 'merged' THEN r.merged_at ELSE r.deployed_at END AS "at"
        FROM deployed_pull_requests AS r
    ) AS d
    WHERE d."at" >= $since AND d."at" < $until
),

several AS (                            -- seldom any
    SELECT service FROM deployments
    WHERE production AND $lead_time_once AND $environment IS NULL
    GROUP BY service HAVING min(environment) < max(environment)
),

theirs AS MATERIALIZED (                -- apart, so that where there are none nothing more is looked up
    SELECT c.* FROM contained AS c
    SEMI JOIN several AS o ON c.service = o.service
    WHERE c.because NOT IN ('baseline', 'again')
),

had AS (
    SELECT s.service, s.environment, s.repository, s.number
    FROM shipped AS s
    INNER JOIN theirs AS c
        ON s.service = c.service AND s.repository = c.repository AND coalesce(s.merge_sha, s.head_sha) = c.sha
        AND (c."at", c.environment) < (s.deployed_at, s.environment)
    SEMI JOIN deployments AS d
        ON c."at" = d.first_success_at AND c.service = d.service AND c.environment = d.environment
        AND c.source = d.source AND c.deployment = d.deployment AND d.production
    WHERE s.production
)

SELECT s.* FROM shipped AS s
ANTI JOIN had AS h
    ON s.service = h.service AND s.environment = h.environment AND s.repository = h.repository AND s.number = h.number;
