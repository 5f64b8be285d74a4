-- Rows of the services in scope are made again.
DELETE FROM undeployed WHERE service IN (SELECT service FROM scope);
