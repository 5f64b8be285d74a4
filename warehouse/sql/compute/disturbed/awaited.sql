-- The commits whose later arrival changes what was walked.
SELECT service, environment, repository, sha FROM awaited WHERE service IN (SELECT unnest($services));
