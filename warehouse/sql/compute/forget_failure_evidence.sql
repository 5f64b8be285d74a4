-- Rows of the services in scope are made again.
DELETE FROM failure_evidence WHERE service IN (SELECT service FROM scope);
