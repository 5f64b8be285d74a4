-- Merged pull requests whose branch lives in the same repository: what may have been left on the base branch, with the
-- commits that the push brought for it (NULL where no push told of the merge; a merge queue's push brings several requests,
-- each up to its merge_sha), and whether the branch's head is described.
WITH carried AS (
    SELECT DISTINCT p.repository, p.new_shas, p.sha, list_position(p.new_shas, p.sha) AS place
    FROM (SELECT repository, new_shas, unnest(new_shas) AS sha FROM graph_pushes) AS p
    SEMI JOIN pull_requests AS r ON p.repository = r.repository AND p.sha = r.merge_sha
),

brought AS (
    SELECT
        repository, sha,
        new_shas[
            coalesce(lag(place) OVER (PARTITION BY repository, new_shas ORDER BY place), 0) + 1:place
        ] AS brought
    FROM carried
),

requests AS (
    SELECT DISTINCT r.repository, r.merge_sha, r.head_sha FROM pull_requests AS r
    SEMI JOIN graph_commits AS g ON r.repository = g.repository AND r.merge_sha = g.sha
    WHERE r.merged_at IS NOT NULL AND NOT r.fork
        AND r.merge_sha IS NOT NULL AND r.head_sha IS NOT NULL AND r.merge_sha <> r.head_sha
),

described AS (
    SELECT DISTINCT c.repository, c.sha FROM commits AS c
    WHERE c.sha IN (SELECT head_sha FROM requests) AND c.repository IN (SELECT repository FROM requests)
)

SELECT
    r.repository, r.merge_sha, r.head_sha, min(b.brought) AS brought, bool_or(d.sha IS NOT NULL) AS head_known
FROM requests AS r
LEFT JOIN brought AS b ON r.repository = b.repository AND r.merge_sha = b.sha
LEFT JOIN described AS d ON r.repository = d.repository AND r.head_sha = d.sha
GROUP BY r.repository, r.merge_sha, r.head_sha
ORDER BY ALL;
