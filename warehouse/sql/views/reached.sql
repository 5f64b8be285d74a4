-- Deployments that reached their environment, as observations.
CREATE OR REPLACE VIEW reached AS
SELECT
    d.service, d.source, d.environment, d.production, d.first_success_at AS "at", 1.0 AS value, 1.0 AS weight,
    d.deployment AS ref, d.url,
    'reached ' || d.environment || coalesce(' with ' || d.version, '') AS because
FROM deployments AS d
WHERE d.first_success_at IS NOT NULL;
