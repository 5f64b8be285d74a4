-- Rows of the services in scope are made again.
DELETE FROM deployments WHERE service IN (SELECT service FROM scope);
