-- Rows of these services are made again.
DELETE FROM undeployed WHERE service IN (SELECT unnest(CAST($services AS VARCHAR[])));
