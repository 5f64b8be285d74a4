-- The source keys of services that somebody pushed to these repositories for, by name.
SELECT DISTINCT key, repository FROM pushes
WHERE starts_with(key, 'service=') AND after IS NOT NULL AND repository IN (SELECT unnest($repositories));
