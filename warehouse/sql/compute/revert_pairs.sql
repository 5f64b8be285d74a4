-- Which commit reverts which: by git's wording in the message, or by a pull request that reverts a pull request.
CREATE OR REPLACE TEMP TABLE revert_pairs AS
WITH told AS (
    SELECT repository, sha AS revert, unnest(reverts) AS reverted FROM commits
    WHERE repository IN (SELECT repository FROM scoped_repositories) AND len(reverts) > 0
)

FROM told
UNION
SELECT t.repository, t.revert, c.sha FROM told AS t
INNER JOIN commits AS c ON t.repository = c.repository AND len(t.reverted) < 40 AND starts_with(c.sha, t.reverted)
UNION
SELECT r.repository, r.merge_sha, o.merge_sha
FROM pull_requests AS r
INNER JOIN pull_requests AS o ON r.repository = o.repository AND r.reverts_number = o.number
WHERE r.repository IN (SELECT repository FROM scoped_repositories) AND r.merge_sha IS NOT NULL;
