-- The services whose default branch is ahead of production: `head` is where it stands.
CREATE OR REPLACE TEMP TABLE lagging AS
SELECT
    unnest(CAST($service AS VARCHAR[])) AS service, unnest(CAST($repository AS VARCHAR[])) AS repository,
    unnest(CAST($head AS VARCHAR[])) AS head, unnest(CAST($source AS VARCHAR[])) AS source;
