-- Of the commits that the loaded graph mentions: which were live already, of the walks that go on.
SELECT c.service, c.environment, c.repository, c.sha, bool_or(c.reached) AS reached
FROM contained AS c
INNER JOIN walking AS p ON c.service = p.service AND c.environment = p.environment
SEMI JOIN mentioned AS m ON c.sha = m.sha
WHERE p.walk = 'active'
GROUP BY ALL;
