-- Rows of the services in scope are made again.
DELETE FROM contained WHERE service IN (SELECT service FROM scope);
