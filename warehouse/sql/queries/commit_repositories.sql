-- Which services live in the repositories of the commits whose SHA begins so.
SELECT DISTINCT r.repository, r.service
FROM service_repositories AS r
WHERE r.repository IN (SELECT c.repository FROM commits AS c WHERE starts_with(c.sha, $sha))
ORDER BY ALL;
