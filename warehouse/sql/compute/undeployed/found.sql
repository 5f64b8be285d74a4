-- What is on a default branch and in no production environment of a service. In a monorepo a commit is the service's where a
-- file of it lies under one of its paths.
INSERT INTO undeployed BY NAME
WITH waiting AS (
    SELECT l.service, a.repository, a.sha, l.source
    FROM lagging AS l
    INNER JOIN ahead AS a ON l.repository = a.repository AND l.head = a.head
    ANTI JOIN (
        SELECT c.service, c.repository, c.sha FROM contained AS c
        SEMI JOIN walking AS w ON c.service = w.service AND c.environment = w.environment
    ) AS i ON l.service = i.service AND a.repository = i.repository AND a.sha = i.sha
    WHERE NOT a.merge
),

prefixes AS (SELECT service, list(prefix) AS prefixes FROM service_paths GROUP BY service),

files AS (
    SELECT c.repository, c.sha, max(c.files) AS files FROM graph_commits AS c
    SEMI JOIN waiting AS w ON c.repository = w.repository AND c.sha = w.sha
    GROUP BY ALL
)

SELECT w.service, w.repository, w.sha, w.source
FROM waiting AS w
INNER JOIN files AS f ON w.repository = f.repository AND w.sha = f.sha
LEFT JOIN prefixes AS p ON w.service = p.service
WHERE p.prefixes IS NULL OR touches(f.files, p.prefixes);
