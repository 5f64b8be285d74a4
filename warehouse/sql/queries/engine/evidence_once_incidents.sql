-- The observations of the window: each deployment is a row of its own, an incident on several services is one.
SELECT w.* FROM within AS w WHERE w.weight > 0
UNION ALL
SELECT * FROM (
    SELECT DISTINCT ON (w.source, w.ref) w.* FROM within AS w WHERE w.weight = 0 ORDER BY w.source, w.ref, w.service
);
