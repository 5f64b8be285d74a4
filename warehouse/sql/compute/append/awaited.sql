-- Commits whose later arrival changes what was walked.
INSERT INTO awaited BY NAME
SELECT DISTINCT
    unnest($service) AS service, unnest($environment) AS environment, unnest($repository) AS repository,
    unnest($sha) AS sha
EXCEPT
SELECT service, environment, repository, sha FROM awaited;
