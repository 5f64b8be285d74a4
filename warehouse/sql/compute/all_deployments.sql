-- Deployments as links see them: those in scope as they are now, the others as they were computed.
CREATE OR REPLACE TEMP TABLE all_deployments AS
SELECT service, deployment, version, commits FROM scoped_deployments
UNION ALL
SELECT service, deployment, version, commits FROM deployments WHERE service NOT IN (SELECT service FROM scope);
