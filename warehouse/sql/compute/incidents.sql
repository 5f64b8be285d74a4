-- Incidents from their events: opened first, open again when reopened until the last resolution, and to be acknowledged
-- again. What is opened once more is reopened; a resolution before the only opening is a wrong clock's. Services are those
-- that any of its events names; an incident that only links a deployment (id, version, SHA or its first 7 characters or
-- more) is on that deployment's services.
INSERT INTO incidents BY NAME
WITH events AS (
    SELECT
        e.*, {'described_at': e.described_at, 'at': e."at", 'digest': e.digest} AS newest,
        coalesce(
            min(e."at") FILTER (e.status = 'opened') OVER (PARTITION BY e.source, e.incident),
            min(e.opened_at) OVER (PARTITION BY e.source, e.incident)
        ) AS first_opened_at
    FROM incident_events AS e
    WHERE (e.source, e.incident) IN (SELECT (source, incident) FROM scoped_incidents)
),

named AS (
    SELECT DISTINCT e.source, e.incident, k.service
    FROM (SELECT source, incident, unnest(keys) AS key FROM events) AS e
    INNER JOIN source_keys AS k ON e.key = k.key
),

one AS (
    SELECT
        source, incident,
        coalesce(min(first_opened_at), min(events."at")) AS opened_at,
        min(first_opened_at) IS NOT NULL AS opening_known,
        min(events."at") FILTER (status = 'acknowledged') AS acknowledged_at,
        max(events."at") FILTER (status = 'acknowledged') AS last_acknowledged_at,
        max(events."at") FILTER (status = 'resolved') AS last_resolved_at,
        max(events."at") FILTER (status = 'reopened' OR (status = 'opened' AND events."at" > first_opened_at))
            AS last_reopened_at,
        nullif(arg_max(severity, newest), '') AS severity,
        arg_max(title, newest) AS title,
        nullif(arg_max(deployment, newest), '') AS deployment,
        arg_max(url, newest) AS url,
        CASE WHEN last_reopened_at IS NULL OR last_resolved_at >= last_reopened_at THEN last_resolved_at END
            AS resolved_at
    FROM events
    GROUP BY source, incident
),

lonely AS (
    SELECT source, incident, deployment FROM one
    WHERE deployment IS NOT NULL AND (source, incident) NOT IN (SELECT (source, incident) FROM named)
),

linked AS (
    SELECT o.source, o.incident, d.service FROM lonely AS o
    INNER JOIN (
        SELECT service, deployment AS link FROM all_deployments
        UNION SELECT service, version FROM all_deployments WHERE version IS NOT NULL
        UNION SELECT service, unnest(commits).sha FROM all_deployments
    ) AS d ON o.deployment = d.link
    UNION
    SELECT o.source, o.incident, d.service FROM lonely AS o
    INNER JOIN (SELECT service, unnest(commits).sha AS sha FROM all_deployments) AS d
        ON left(o.deployment, 7) = left(d.sha, 7) AND starts_with(d.sha, o.deployment)
    WHERE regexp_full_match(o.deployment, '[0-9a-f]{7,39}')
)

SELECT
    o.source, o.incident, s.service,
    CASE
        WHEN o.resolved_at IS NOT NULL THEN 'resolved'
        WHEN o.last_acknowledged_at >= coalesce(o.last_reopened_at, o.last_acknowledged_at) THEN 'acknowledged'
        ELSE 'open'
    END AS status,
    o.opened_at, o.opening_known, o.acknowledged_at, o.resolved_at, o.severity, o.title, o.deployment, o.url
FROM one AS o
LEFT JOIN (FROM named UNION FROM linked) AS s ON o.source = s.source AND o.incident = s.incident;
