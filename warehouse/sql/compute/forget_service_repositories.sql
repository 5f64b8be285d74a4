-- Rows of the services in scope are made again.
DELETE FROM service_repositories WHERE service IN (SELECT service FROM scope);
