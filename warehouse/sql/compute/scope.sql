-- The services that the touched keys concern: by their own keys, by repositories their commits live in, by deployments
-- and incidents that are linked, and deployments that waited for a commit which a touched repository has now.
CREATE OR REPLACE TEMP TABLE scope AS
WITH repositories AS (
    SELECT substr(key, 12) AS repository FROM work WHERE starts_with(key, 'repository=')
),

ids AS (SELECT substr(key, 12) AS deployment FROM work WHERE starts_with(key, 'deployment=')),

incident_keys AS (
    SELECT unnest(e.keys) AS key, e.deployment FROM incident_events AS e
    WHERE 'incident=' || e.source || '/' || e.incident IN (SELECT key FROM work)
),

links AS (
    SELECT deployment FROM ids UNION SELECT deployment FROM incident_keys WHERE deployment IS NOT NULL
),

waiting AS (
    SELECT service, unnest(commits).sha AS sha FROM deployments WHERE graph IN ('unknown', 'partial')
),

found AS (
    SELECT k.service FROM source_keys AS k WHERE k.key IN (SELECT key FROM work UNION SELECT key FROM incident_keys)
    UNION ALL
    SELECT r.service FROM service_repositories AS r WHERE r.repository IN (SELECT repository FROM repositories)
    UNION ALL
    SELECT d.service FROM deployments AS d
    WHERE d.deployment IN (SELECT deployment FROM links) OR d.version IN (SELECT deployment FROM links)
        OR list_has_any(list_transform(d.commits, lambda c: c.sha), (SELECT coalesce(list(deployment), []) FROM links))
    UNION ALL
    SELECT i.service FROM incidents AS i
    WHERE 'incident=' || i.source || '/' || i.incident IN (SELECT key FROM work)
    UNION ALL
    SELECT w.service FROM waiting AS w
    INNER JOIN commits AS c ON w.sha = c.sha
    WHERE c.repository IN (SELECT repository FROM repositories)
)

SELECT DISTINCT service FROM found WHERE service IS NOT NULL;
