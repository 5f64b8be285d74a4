-- The deployments that there is news of and that name a SHA without its repository.
CREATE OR REPLACE TEMP TABLE scoped_deployments AS
SELECT
    unnest(CAST($services AS VARCHAR[])) AS service,
    unnest(CAST($commits AS STRUCT(repository VARCHAR, sha VARCHAR)[][])) AS commits;
