-- Every service there is or was: for a compute from nothing.
CREATE OR REPLACE TEMP TABLE scope AS
SELECT service FROM source_keys
UNION
SELECT name FROM entities WHERE kind = 'component'
UNION
SELECT service FROM services
UNION
SELECT service FROM deployments
UNION
SELECT service FROM incidents WHERE service IS NOT NULL;
