-- The services that have to be derived again.
SELECT DISTINCT service FROM again WHERE service IS NOT NULL;
