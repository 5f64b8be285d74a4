-- Where a service is deployed, and what is live there.
SELECT
    d.environment, bool_or(d.production) AS production, count(*) AS deployments,
    max(d.first_success_at) AS last_deployed_at,
    arg_max({'source': d.source, 'deployment': d.deployment}, d.first_success_at) AS live,
    arg_max(d.version, d.first_success_at) AS live_version, arg_max(d.commits, d.first_success_at) AS live_commits
FROM deployments AS d
WHERE d.service = $service
GROUP BY d.environment
ORDER BY d.environment;
