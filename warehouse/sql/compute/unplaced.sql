-- SHAs that a deployment names without a repository, and the repositories that know them, those of the service first.
CREATE OR REPLACE TEMP TABLE unplaced AS
WITH wanted AS (
    SELECT DISTINCT d.service, c.sha
    FROM (SELECT service, unnest(commits) AS c FROM scoped_deployments) AS d
    WHERE c.repository IS NULL
)

SELECT
    w.service, w.sha,
    arg_min(k.repository, {'theirs': o.service IS NULL, 'name': k.repository}) AS repository
FROM wanted AS w
INNER JOIN commits AS k ON w.sha = k.sha
LEFT JOIN own_repositories AS o ON w.service = o.service AND k.repository = o.repository
GROUP BY w.service, w.sha;
