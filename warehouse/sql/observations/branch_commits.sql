-- What pushes brought to a pull request's branch since an earlier one of it ended: of those in `asked`.
WITH ended AS (
    SELECT
        r.repository, r.number, r.head_branch, coalesce(r.merged_at, r.closed_at, 'infinity') AS ended_at,
        coalesce(
            lag(coalesce(r.merged_at, r.closed_at)) OVER (PARTITION BY r.repository, r.head_branch ORDER BY r.number),
            '-infinity'
        ) AS since
    FROM pull_requests AS r
    SEMI JOIN asked AS a ON r.repository = a.repository AND r.head_branch = a.head_branch
    WHERE NOT r.fork AND r.head_branch IS NOT NULL
),

pushed AS (
    SELECT p.repository, p.branch, p."at", unnest(p.new_shas) AS sha FROM pushes AS p
    SEMI JOIN asked AS a ON p.repository = a.repository AND p.branch = a.head_branch
)

SELECT e.repository, e.number, min(c.committed_at) AS first_at, count(DISTINCT c.sha) AS commits
FROM ended AS e
INNER JOIN pushed AS p
    ON e.repository = p.repository AND e.head_branch = p.branch AND p."at" > e.since AND p."at" <= e.ended_at
INNER JOIN commits AS c ON p.repository = c.repository AND p.sha = c.sha
GROUP BY e.repository, e.number;
