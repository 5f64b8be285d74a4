-- Failed deployments by Leadline's evidence.
SELECT
    d.service, d.environment, d.source, d.deployment, d.deployment AS ref, d.recovered_at AS ended_at,
    'failed by ' || d.failed_by AS because
FROM deployments AS d
WHERE d.failed;
