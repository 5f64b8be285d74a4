-- How many commits the swept graphs have.
SELECT count(*) FROM sweep_nodes;
