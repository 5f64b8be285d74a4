-- Deployments that never reached their environment.
SELECT service, environment, source, deployment, flagged_rollback, commits
FROM scoped_deployments WHERE first_success_at IS NULL;
