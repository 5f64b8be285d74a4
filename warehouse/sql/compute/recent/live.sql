-- Of what was live in the environments of services: what went live since, or was committed since. (Two scans of one column
-- each take a quarter of the time of one scan with OR.)
SELECT c.service, c.environment, c.repository, c.sha, c.reached FROM contained AS c
WHERE c.at >= $since AND list_contains($services, c.service)
UNION ALL
SELECT c.service, c.environment, c.repository, c.sha, c.reached FROM contained AS c
WHERE c.at < $since AND c.committed_at >= $since AND list_contains($services, c.service);
