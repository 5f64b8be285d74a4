-- The services of which something else may be ahead: those derived again, and those of whose commits more is known.
CREATE OR REPLACE TEMP TABLE scope AS
SELECT service FROM scope
UNION
SELECT service FROM service_repositories
WHERE repository IN (SELECT repository FROM touched_commits UNION SELECT repository FROM touched_edges);
