-- The pushes that the walk needs, likewise: what was live is closed, so a push whose head was live adds nothing.
CREATE OR REPLACE TEMP TABLE graph_pushes AS
WITH reached AS (
    SELECT service, environment, repository, sha FROM contained
    WHERE reached AND service IN (SELECT service FROM needed WHERE walk = 'active')
)

SELECT p.* FROM pushes AS p WHERE p.after IS NOT NULL AND p.repository IN (FROM whole)
UNION ALL
SELECT p.* FROM pushes AS p
INNER JOIN needed AS n ON p.repository = n.repository AND n.walk = 'active'
ANTI JOIN reached AS i
    ON n.service = i.service AND n.environment = i.environment AND p.repository = i.repository AND p.after = i.sha
WHERE p.after IS NOT NULL AND p.repository NOT IN (FROM whole);
