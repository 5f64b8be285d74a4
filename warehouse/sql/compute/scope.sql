-- The services that the touched keys concern: by their own keys, by repositories their commits live in, and those that have
-- to be derived again anyway.
CREATE OR REPLACE TEMP TABLE scope AS
SELECT k.service FROM source_keys AS k WHERE k.key IN (SELECT key FROM work)
UNION
SELECT r.service FROM service_repositories AS r WHERE 'repository=' || r.repository IN (SELECT key FROM work)
UNION
SELECT service FROM again WHERE service IS NOT NULL;
