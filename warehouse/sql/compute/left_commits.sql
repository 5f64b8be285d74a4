-- Merged pull requests whose branch lives in the same repository: what may have been left on the base branch, with the
-- commits that the push brought (NULL where no push told of the merge), and whether the branch's head is described.
SELECT
    r.repository, r.merge_sha, r.head_sha, min(p.new_shas) AS brought,
    (r.repository, r.head_sha) IN (SELECT (c.repository, c.sha) FROM commits AS c) AS head_known
FROM pull_requests AS r
SEMI JOIN graph_commits AS g ON r.repository = g.repository AND r.merge_sha = g.sha
LEFT JOIN graph_pushes AS p ON r.repository = p.repository AND r.merge_sha = p.after
    AND list_contains(p.new_shas, r.merge_sha)
WHERE r.merged_at IS NOT NULL AND NOT r.fork
    AND r.merge_sha IS NOT NULL AND r.head_sha IS NOT NULL AND r.merge_sha <> r.head_sha
GROUP BY r.repository, r.merge_sha, r.head_sha
ORDER BY ALL;
