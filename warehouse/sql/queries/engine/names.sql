-- The names that filters may name, of the kinds asked for.
SELECT 'service' AS kind, service AS name FROM services WHERE list_contains($kinds, 'service')
UNION
SELECT 'team', team FROM teams WHERE list_contains($kinds, 'team')
UNION
SELECT 'team', coalesce(team, '(no team)') FROM services WHERE list_contains($kinds, 'team')
UNION
SELECT 'system', coalesce(system, '(no system)') FROM services WHERE list_contains($kinds, 'system')
UNION
SELECT 'domain', coalesce(domain, '(no domain)') FROM services WHERE list_contains($kinds, 'domain')
UNION
SELECT 'tier', coalesce(tier, '(no tier)') FROM services WHERE list_contains($kinds, 'tier')
UNION
SELECT 'environment', environment FROM deployments WHERE list_contains($kinds, 'environment')
UNION
SELECT 'source', source FROM deployments WHERE list_contains($kinds, 'source')
UNION
SELECT 'source', source FROM incidents WHERE list_contains($kinds, 'source')
UNION
SELECT 'source', source FROM deliveries WHERE list_contains($kinds, 'source');
