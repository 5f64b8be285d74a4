-- How many deliveries are kept.
SELECT count(*) FROM deliveries;
