-- A compute from nothing walks everything again.
CREATE OR REPLACE TEMP TABLE pairs AS
SELECT DISTINCT service, environment, 'fresh' AS walk, false AS swept FROM scoped_deployments WHERE first_success_at IS NOT NULL;
