-- These incidents are made again.
DELETE FROM incidents WHERE (source, incident) IN (SELECT (source, incident) FROM scoped_incidents);
