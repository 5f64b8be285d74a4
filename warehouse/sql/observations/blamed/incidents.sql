-- No deployment is blamed: incidents are only counted.
SELECT
    d.service, d.environment, d.source, d.deployment, d.deployment AS ref, d.first_success_at AS ended_at, d.url AS because
FROM deployments AS d
WHERE false;
