-- The deployments of an id, or of SOURCE:ID: one per service and environment.
SELECT d.*, coalesce(d.first_success_at, d.last_failure_at, d.started_at) AS "at"
FROM deployments AS d
WHERE d.deployment = $id OR d.source || ':' || d.deployment = $id
ORDER BY d.source, d.service, d.environment;
