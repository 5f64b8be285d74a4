-- What was live last, of the walks that go on, and whether all its commits were found.
WITH ends AS (
    SELECT d.service, d.environment, max(d.first_success_at) AS last_at
    FROM deployments AS d
    INNER JOIN walking AS p ON d.service = p.service AND d.environment = p.environment
    WHERE p.walk = 'active'
    GROUP BY d.service, d.environment
)

SELECT DISTINCT ON (d.service, d.environment)
    d.service, d.environment, d.source, d.deployment, d.first_success_at, d.graph = 'known' AS known, d.commits
FROM deployments AS d
INNER JOIN ends AS e ON d.service = e.service AND d.environment = e.environment AND d.first_success_at = e.last_at
ORDER BY d.service, d.environment, d.source DESC, length(d.deployment) DESC, d.deployment DESC;
