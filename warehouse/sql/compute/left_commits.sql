-- Merged pull requests whose branch lives in the same repository: what may have been left on the base branch, with the
-- commits that the push brought. `brought` is NULL where no push told of the merge.
SELECT
    r.repository, r.number, r.merge_sha, r.head_sha,
    min(p.new_shas) AS brought
FROM pull_requests AS r
LEFT JOIN pushes AS p ON r.repository = p.repository AND r.merge_sha = p.after
    AND list_contains(p.new_shas, r.merge_sha)
WHERE r.repository IN (SELECT repository FROM scoped_repositories)
    AND r.merged_at IS NOT NULL AND NOT r.fork
    AND r.merge_sha IS NOT NULL AND r.head_sha IS NOT NULL AND r.merge_sha <> r.head_sha
GROUP BY r.repository, r.number, r.merge_sha, r.head_sha
ORDER BY ALL;
