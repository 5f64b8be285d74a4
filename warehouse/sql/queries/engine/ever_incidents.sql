-- Per slice, the incidents of all time: the newest, and how many are open.
SELECT
    s.key, count(DISTINCT (s.source, s.incident)) FILTER (s.open) AS open, max(s."at") AS latest
FROM sliced AS s
GROUP BY s.key;
