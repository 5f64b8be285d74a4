-- The walks that begin again.
CREATE OR REPLACE TEMP TABLE disturbed AS
SELECT unnest(CAST($services AS VARCHAR[])) AS service, unnest(CAST($environments AS VARCHAR[])) AS environment;
