-- How far each deployment came, to say why a number is missing.
SELECT
    d.service, d.source, coalesce(d.first_success_at, d.last_failure_at, d.started_at) AS "at",
    d.first_success_at IS NOT NULL AS reached,
    d.first_success_at IS NULL AND d.last_failure_at IS NOT NULL AS broke,
    d.rollback, d.baseline, d.graph, d.shipped > 0 AS shipping, d.failed, d.recovered_at IS NULL AS unrecovered,
    d.recovered_at < d.first_success_at AS backwards, d.environment, d.commits,
    CASE WHEN $environment IS NULL THEN d.production OR $all_environments ELSE d.environment = $environment END AS here
FROM deployments AS d;
