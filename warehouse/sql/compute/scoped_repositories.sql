-- The repositories that the services in scope deploy from.
CREATE OR REPLACE TEMP TABLE scoped_repositories AS
SELECT DISTINCT repository FROM service_repositories WHERE service IN (SELECT service FROM scope);
