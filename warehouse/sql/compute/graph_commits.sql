-- The commits that the walk needs: all of a repository where a walk begins again; else only those that weren't live yet.
CREATE OR REPLACE TEMP TABLE graph_commits AS
WITH reached AS (
    SELECT service, environment, repository, sha FROM contained
    WHERE reached AND service IN (SELECT service FROM needed WHERE walk = 'active')
)

SELECT c.* FROM commits AS c WHERE c.repository IN (FROM whole)
UNION ALL
SELECT c.* FROM commits AS c
INNER JOIN needed AS n ON c.repository = n.repository AND n.walk = 'active'
ANTI JOIN reached AS i
    ON n.service = i.service AND n.environment = i.environment AND c.repository = i.repository AND c.sha = i.sha
WHERE c.repository NOT IN (FROM whole);
