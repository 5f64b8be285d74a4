-- Services that shipped what a pull request of which more is known now left behind, or leaves behind by that.
INSERT INTO again
SELECT DISTINCT c.service FROM contained AS c
INNER JOIN (
    FROM (SELECT repository, unnest([merge_sha, head_sha]) AS sha FROM pull_requests_before)
    UNION
    SELECT r.repository, unnest([r.merge_sha, r.head_sha]) FROM pull_requests AS r
    SEMI JOIN asked_pull_requests AS a ON r.repository = a.repository AND r.number = a.number
) AS p ON c.repository = p.repository AND c.sha = p.sha
WHERE c.service IN (SELECT service FROM scope);
