-- Services whose incidents changed: named by these, linked by them, or theirs until now.
INSERT INTO again
WITH told AS (
    SELECT e.keys, e.deployment FROM incident_events AS e
    WHERE 'incident=' || e.source || '/' || e.incident IN (SELECT key FROM work)
),

links AS (SELECT deployment FROM told WHERE deployment IS NOT NULL)

SELECT k.service FROM source_keys AS k WHERE k.key IN (SELECT unnest(keys) FROM told)
UNION
SELECT d.service FROM deployments AS d
WHERE d.deployment IN (SELECT deployment FROM links) OR d.version IN (SELECT deployment FROM links)
    OR list_has_any(
        list_transform(d.commits, lambda c: left(c.sha, 7)),
        (SELECT coalesce(list(left(deployment, 7)), []) FROM links)
    )
UNION
SELECT i.service FROM incidents AS i
WHERE i.service IS NOT NULL AND 'incident=' || i.source || '/' || i.incident IN (SELECT key FROM work);
