-- Per slice, the incidents of all time: the newest, how many are open, and how many ended that did not open before.
SELECT
    s.key, count(DISTINCT (s.source, s.incident)) FILTER (s.open) AS open,
    count(DISTINCT (s.source, s.incident)) FILTER (s.unopened) AS unopened, max(s."at") AS latest
FROM sliced AS s
SEMI JOIN empty AS e ON s.key = e.key
GROUP BY s.key;
