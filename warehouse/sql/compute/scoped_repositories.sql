-- The repositories whose graph this pass needs.
CREATE OR REPLACE TEMP TABLE scoped_repositories AS
SELECT DISTINCT repository FROM service_repositories WHERE service IN (SELECT service FROM scope)
UNION
SELECT substr(key, 12) FROM work WHERE starts_with(key, 'repository=');
