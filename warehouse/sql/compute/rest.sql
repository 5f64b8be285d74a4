-- The services that have to be derived again are left in scope. How many are they?
DELETE FROM scope WHERE service NOT IN (FROM again);

SELECT count(*) FROM scope;
