-- Where the commits of the services in scope live.
INSERT INTO service_repositories
SELECT service, repository FROM own_repositories
UNION
SELECT service, c.repository FROM (SELECT service, unnest(commits) AS c FROM scoped_deployments)
WHERE c.repository IS NOT NULL;
