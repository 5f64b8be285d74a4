-- Puts the repositories found into the deployments' commits.
UPDATE scoped_deployments AS d SET commits = p.commits
FROM (
    SELECT
        d.service, environment, source, deployment,
        list({'repository': coalesce(c.repository, u.repository), 'sha': c.sha} ORDER BY c.sha) AS commits
    FROM (
        SELECT service, environment, source, deployment, unnest(commits) AS c FROM scoped_deployments
        WHERE list_contains(list_transform(commits, lambda c: c.repository IS NULL), true)
    ) AS d
    LEFT JOIN unplaced AS u ON d.service = u.service AND c.sha = u.sha AND c.repository IS NULL
    GROUP BY ALL
) AS p
WHERE d.service = p.service AND d.environment = p.environment AND d.source = p.source AND d.deployment = p.deployment;
