-- Every service: the catalog's components, and what was discovered in events. A repository that another service deploys
-- from is no service of its own; one that only pushes is, so that somebody sees it.
CREATE OR REPLACE TEMP TABLE found AS
SELECT name AS service FROM entities WHERE kind = 'component'
UNION
SELECT service FROM deployments
UNION
SELECT service FROM incidents WHERE service IS NOT NULL
UNION
SELECT k.service FROM source_keys AS k
WHERE starts_with(k.key, 'service=') OR k.key = 'repository=' || k.service AND k.service NOT IN (
    SELECT r.repository FROM service_repositories AS r WHERE r.repository <> r.service
);
