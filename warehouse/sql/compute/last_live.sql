-- What was live last, of the walks that go on.
SELECT DISTINCT ON (d.service, d.environment)
    d.service, d.environment, d.source, d.deployment, d.first_success_at, d.commits
FROM deployments AS d
INNER JOIN walking AS p ON d.service = p.service AND d.environment = p.environment
WHERE p.walk = 'active' AND d.first_success_at IS NOT NULL
ORDER BY
    d.service, d.environment, d.first_success_at DESC, d.source DESC, length(d.deployment) DESC, d.deployment DESC;
