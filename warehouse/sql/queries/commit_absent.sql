-- Where the commits whose SHA begins so are not live, of the services that live in their repositories: the newest
-- successful deployment there, and whether its commits are known.
WITH found AS (
    SELECT c.repository, c.sha FROM commits AS c WHERE starts_with(c.sha, $sha)
    UNION
    SELECT c.repository, c.sha FROM contained AS c WHERE starts_with(c.sha, $sha)
),

newest AS (
    SELECT
        d.service, d.environment, bool_or(d.production) AS production, arg_max(d.source, d.first_success_at) AS source,
        arg_max(d.deployment, d.first_success_at) AS deployment, max(d.first_success_at) AS "at",
        arg_max(d.graph, d.first_success_at) AS graph
    FROM deployments AS d
    WHERE d.first_success_at IS NOT NULL
    GROUP BY d.service, d.environment
)

SELECT f.repository, f.sha, n.*
FROM found AS f
INNER JOIN service_repositories AS r ON f.repository = r.repository
INNER JOIN newest AS n ON r.service = n.service
ANTI JOIN contained AS c
    ON f.repository = c.repository AND f.sha = c.sha AND n.service = c.service AND n.environment = c.environment
ORDER BY n.production DESC, n.service, n.environment, f.repository, f.sha;
