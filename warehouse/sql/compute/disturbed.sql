-- The walks in scope in which something newly known of a commit changes what was live.
CREATE OR REPLACE TEMP TABLE disturbed AS
-- A pull request of which more is known now may turn into copies all that its push brought, and where no push told of
-- it, what stands before its merge_sha.
WITH RECURSIVE merged AS (
    SELECT r.repository, r.merge_sha AS sha, least(coalesce(r.commits, 100), 100) AS steps
    FROM pull_requests AS r
    INNER JOIN touched_commits AS t ON r.repository = t.repository AND r.merge_sha = t.sha
),

carriers AS (
    SELECT p.repository, p.new_shas, m.sha
    FROM (
        SELECT repository, new_shas, unnest(new_shas) AS sha FROM pushes
        WHERE repository IN (SELECT repository FROM merged)
    ) AS p
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
)

SELECT w.service, w.environment FROM watched AS w INNER JOIN touched_shas USING (repository, sha)
UNION
-- What a commit newly proves to contain is no news where a deployment before it, or its own, had reached that.
SELECT w.service, w.environment FROM watched AS w
INNER JOIN touched_edges AS t ON w.repository = t.repository AND w.sha = t.child
LEFT JOIN inside AS i ON w.service = i.service AND w.environment = i.environment AND t.repository = i.repository
    AND t.parent = i.sha AND w.reached AND i.reached
    AND (i.at < w.at OR (i.source = w.source AND i.deployment = w.deployment))
WHERE i.sha IS NULL;
