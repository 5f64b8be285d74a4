-- The repositories whose whole graph is loaded.
SELECT DISTINCT r.repository
FROM walking AS p INNER JOIN service_repositories AS r USING (service)
WHERE p.walk = 'fresh';
