-- The (service, environment) pairs in scope and how far their walk has to go: `idle`, nothing new; `active`, deployments
-- came after all others and nothing changed in what was live before; `fresh`, walk it all again. Plain ones are `swept`.
CREATE OR REPLACE TEMP TABLE pairs AS
WITH RECURSIVE now AS (
    SELECT service, environment, source, deployment, first_success_at, commits, version, flagged_rollback
    FROM scoped_deployments WHERE first_success_at IS NOT NULL
),

before AS (
    SELECT service, environment, source, deployment, first_success_at, commits, version, rollback
    FROM deployments WHERE first_success_at IS NOT NULL AND service IN (SELECT service FROM scope)
),

ends AS (SELECT service, environment, max(first_success_at) AS last_at FROM before GROUP BY ALL),

judged AS (
    SELECT
        coalesce(n.service, b.service) AS service, coalesce(n.environment, b.environment) AS environment,
        b.service IS NULL AND n.first_success_at > e.last_at AND NOT n.flagged_rollback AS follows,
        b.service IS NOT NULL AND n.service IS NOT NULL AND n.first_success_at = b.first_success_at
        AND n.commits = b.commits AND n.version IS NOT DISTINCT FROM b.version
        AND (b.rollback OR NOT n.flagged_rollback) AS stays
    FROM now AS n
    FULL JOIN before AS b
        ON n.service = b.service AND n.environment = b.environment AND n.source = b.source
            AND n.deployment = b.deployment
    LEFT JOIN ends AS e ON n.service = e.service AND n.environment = e.environment
),

-- A pull request of which more is known now may turn into copies all that its push brought, and where no push told of
-- it, what stands before its merge_sha.
merged AS (
    SELECT r.repository, r.merge_sha AS sha, least(coalesce(r.commits, 100), 100) AS steps
    FROM pull_requests AS r
    INNER JOIN touched_commits AS t ON r.repository = t.repository AND r.merge_sha = t.sha
),

carriers AS (
    SELECT p.repository, p.new_shas, m.sha
    FROM (SELECT repository, new_shas, unnest(new_shas) AS sha FROM pushes) AS p
    INNER JOIN merged AS m ON p.repository = m.repository AND p.sha = m.sha
),

below AS (
    SELECT m.* FROM merged AS m ANTI JOIN carriers AS c ON m.repository = c.repository AND m.sha = c.sha
    UNION
    SELECT c.repository, c.parents[1] AS sha, b.steps - 1 AS steps
    FROM below AS b
    INNER JOIN commits AS c ON b.repository = c.repository AND b.sha = c.sha
    WHERE b.steps > 1 AND len(c.parents) = 1
),

touched_shas AS (
    FROM touched_commits
    UNION SELECT repository, unnest(new_shas) FROM carriers
    UNION SELECT repository, sha FROM below
),

named AS (
    SELECT sha FROM touched_shas UNION SELECT child FROM touched_edges UNION SELECT parent FROM touched_edges
),

-- Few rows of a long history: those that anything new names.
inside AS (
    SELECT service, environment, repository, sha, source, deployment, contained.at, reached FROM contained
    WHERE service IN (SELECT service FROM scope) AND sha IN (SELECT sha FROM named)
),

watched AS (
    FROM inside UNION ALL BY NAME SELECT * FROM awaited WHERE service IN (SELECT service FROM scope)
),

disturbed AS (
    SELECT w.service, w.environment FROM watched AS w INNER JOIN touched_shas USING (repository, sha)
    UNION
    -- What a commit newly proves to contain is no news where a deployment before it, or its own, had reached that.
    SELECT w.service, w.environment FROM watched AS w
    INNER JOIN touched_edges AS t ON w.repository = t.repository AND w.sha = t.child
    LEFT JOIN inside AS i ON w.service = i.service AND w.environment = i.environment AND t.repository = i.repository
        AND t.parent = i.sha AND w.reached AND i.reached
        AND (i.at < w.at OR (i.source = w.source AND i.deployment = w.deployment))
    WHERE i.sha IS NULL
)

SELECT
    service, environment,
    CASE
        WHEN (service, environment) IN (SELECT (service, environment) FROM disturbed) THEN 'fresh'
        WHEN bool_and(stays) THEN 'idle'
        WHEN bool_and(stays OR coalesce(follows, false)) THEN 'active'
        ELSE 'fresh'
    END AS walk,
    false AS swept
FROM judged
GROUP BY service, environment;
