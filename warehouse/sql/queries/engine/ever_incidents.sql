-- Per slice, the incidents of all time: the newest, and how many are open.
SELECT
    s.key, count(DISTINCT (s.source, s.incident)) FILTER (s.open) AS open, max(s."at") AS latest
FROM sliced AS s
SEMI JOIN empty AS e ON s.key = e.key
GROUP BY s.key;
