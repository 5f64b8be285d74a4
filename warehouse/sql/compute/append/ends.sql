-- What reached the environments of services since then: microseconds, because few of many rows are looked at.
SELECT
    service, environment, epoch_us(first_success_at) AS "at", source, deployment, production, graph, commits
FROM deployments
WHERE first_success_at >= $since AND list_contains($services, service);
