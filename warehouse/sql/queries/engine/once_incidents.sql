-- Each deployment is an observation of its own; an incident that names several services counts once in a slice.
SELECT s.* FROM sliced AS s WHERE s.weight > 0
UNION ALL
SELECT * FROM (
    SELECT DISTINCT ON (s.key, s.source, s.ref) s.* FROM sliced AS s
    WHERE s.weight = 0
    ORDER BY s.key, s.source, s.ref, s.service
);
