-- The commits that pull requests left on their base branch, where it isn't known as before for which commits they stand.
INSERT INTO touched_commits
SELECT r.repository, unnest(list_filter([r.merge_sha, b.merge_sha], lambda sha: sha IS NOT NULL))
FROM pull_requests AS r
SEMI JOIN asked_pull_requests AS a ON r.repository = a.repository AND r.number = a.number
LEFT JOIN pull_requests_before AS b ON r.repository = b.repository AND r.number = b.number
WHERE (r.merge_sha, r.head_sha, r.fork) IS DISTINCT FROM (b.merge_sha, b.head_sha, b.fork);
