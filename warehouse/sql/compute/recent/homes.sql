-- Where the commits of services live; and whose live in these repositories.
SELECT service, repository FROM service_repositories
WHERE list_contains($services, service) OR list_contains($repositories, repository);
