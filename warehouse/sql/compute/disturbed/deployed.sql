-- The deployments that name one of these commits.
SELECT d.service, d.graph, d.c.repository AS repository, d.c.sha AS sha
FROM (SELECT service, graph, unnest(commits) AS c FROM deployments) AS d
WHERE d.c.sha IN (SELECT unnest($shas));
