-- Commits whose later arrival changes what was walked.
INSERT INTO awaited BY NAME SELECT DISTINCT * FROM found_awaited EXCEPT SELECT * FROM awaited;
