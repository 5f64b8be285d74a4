-- A row where the environment asked for is one of production.
SELECT 1 FROM deployments WHERE environment = $environment AND production LIMIT 1;
