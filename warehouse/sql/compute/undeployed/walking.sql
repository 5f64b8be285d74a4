-- What the graph of the commits that aren't live yet is loaded for.
CREATE OR REPLACE TEMP TABLE walking AS
SELECT DISTINCT d.service, d.environment, 'active' AS walk
FROM deployments AS d
WHERE d.production AND d.first_success_at IS NOT NULL AND d.service IN (SELECT service FROM lagging);
