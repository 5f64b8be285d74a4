-- The services with what the catalog says of them.
INSERT INTO services BY NAME
SELECT
    f.service, e.name IS NOT NULL AS in_catalog, e.title, e.owner AS team, e.system,
    coalesce(e.domain, s.domain) AS domain, e.tier
FROM found AS f
LEFT JOIN entities AS e ON e.kind = 'component' AND f.service = e.name
LEFT JOIN entities AS s ON s.kind = 'system' AND e.system = s.name;
