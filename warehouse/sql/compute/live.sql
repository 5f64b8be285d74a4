-- What reached its environment, with what the walk over the graph says of it.
CREATE OR REPLACE TEMP TABLE live AS
SELECT d.*, o.blamed_source, o.blamed_deployment
FROM scoped_deployments AS d
INNER JOIN outcomes AS o USING (service, environment, source, deployment)
WHERE d.first_success_at IS NOT NULL;
