-- When something reached the production environments of services last.
SELECT service, environment, max(first_success_at) AS last_at FROM deployments
WHERE production AND first_success_at IS NOT NULL AND list_contains($services, service)
GROUP BY service, environment;
