-- What is derived again is in scope.
INSERT INTO scope SELECT DISTINCT service FROM again WHERE service NOT IN (FROM scope);

SELECT count(*) FROM scope;
