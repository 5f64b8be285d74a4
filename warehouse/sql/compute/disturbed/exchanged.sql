-- The commits that pull requests left which merged to a touched commit: of such a request more is known now, and it may turn
-- into copies all that its push brought, and where no push told of it, what stands before its merge_sha.
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
)

SELECT repository, unnest(new_shas) AS sha FROM carriers
UNION
SELECT repository, sha FROM below;
