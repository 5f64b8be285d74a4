-- Every row is an observation of its own.
SELECT * FROM sliced;
