-- What pushes brought to the branches of the pull requests in `asked`, since the last one of the branch that had ended when
-- this was opened.
WITH requests AS (
    SELECT r.repository, r.number, r.head_branch, r.opened_at, coalesce(r.merged_at, r.closed_at) AS ended_at
    FROM pull_requests AS r
    SEMI JOIN asked AS a ON r.repository = a.repository AND r.head_branch = a.head_branch
    WHERE NOT r.fork AND r.head_branch IS NOT NULL
),

ended AS (
    SELECT
        r.repository, r.number, r.head_branch, coalesce(r.ended_at, 'infinity') AS ended_at,
        coalesce(e.ended_at, '-infinity') AS since
    FROM requests AS r
    ASOF LEFT JOIN requests AS e
        ON r.repository = e.repository AND r.head_branch = e.head_branch AND r.opened_at > e.ended_at
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
