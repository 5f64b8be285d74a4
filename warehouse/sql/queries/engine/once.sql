-- What happened once on several services counts once in a slice.
SELECT DISTINCT ON (s.key, s.source, s.ref) s.* FROM sliced AS s ORDER BY s.key, s.source, s.ref, s.service;
