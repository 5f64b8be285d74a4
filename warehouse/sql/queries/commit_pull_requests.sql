-- The pull requests whose branch or merge the commits are.
SELECT p.repository, p.number, p.status, p.title, p.merged_at, p.head_sha, p.merge_sha, p.url
FROM pull_requests AS p
WHERE starts_with(p.head_sha, $sha) OR starts_with(p.merge_sha, $sha)
ORDER BY p.repository, p.number;
