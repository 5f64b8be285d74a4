-- Deployments that reached their environment, in the order in which they did.
SELECT service, environment, source, deployment, first_success_at, commits, version, flagged_rollback
FROM scoped_deployments
WHERE first_success_at IS NOT NULL
ORDER BY service, environment, first_success_at, source, length(deployment), deployment;
