-- How many services this pass computes.
SELECT count(*) FROM scope;
