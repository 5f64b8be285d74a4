-- Per slice, the pull requests of all time: how many, how many reviewed, approved and merged, and when one last moved.
SELECT
    s.key, count(DISTINCT (s.source, s.repository, s.number)) AS attempts,
    count(DISTINCT (s.source, s.repository, s.number)) FILTER (s.reviewed) AS reviewed,
    count(DISTINCT (s.source, s.repository, s.number)) FILTER (s.approved) AS approved,
    count(DISTINCT (s.source, s.repository, s.number)) FILTER (s.merged) AS merged,
    max(s."at") AS latest
FROM sliced AS s
SEMI JOIN empty AS e ON s.key = e.key
GROUP BY s.key;
