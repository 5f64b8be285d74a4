-- Repositories of the services in scope: bound by the catalog (or the service is named after it), or pushed for it by name.
CREATE OR REPLACE TEMP TABLE own_repositories AS
SELECT k.service, substr(k.key, 12) AS repository FROM source_keys AS k
WHERE starts_with(k.key, 'repository=') AND k.service IN (SELECT service FROM scope)
UNION
SELECT k.service, p.repository FROM pushes AS p
INNER JOIN source_keys AS k ON p.key = k.key
WHERE starts_with(p.key, 'service=') AND p.after IS NOT NULL AND k.service IN (SELECT service FROM scope);
