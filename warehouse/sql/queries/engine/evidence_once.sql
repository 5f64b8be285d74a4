-- The observations of the window; what happened once on several services is one row.
SELECT DISTINCT ON (w.source, w.ref) w.* FROM within AS w ORDER BY w.source, w.ref, w.service;
