-- Some of all services, in a compute from nothing.
CREATE OR REPLACE TEMP TABLE scope AS SELECT unnest(CAST($services AS VARCHAR[])) AS service;
