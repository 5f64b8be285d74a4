-- How long incidents were open; where the profile says so, from the deployment that one names, if that was earlier. An
-- incident falls into a window by when it was resolved, or opened.
WITH named AS (
    SELECT e.ref_source AS source, e.ref AS incident, e.service, min(d.first_success_at) AS deployed_at
    FROM failure_evidence AS e
    INNER JOIN deployments AS d
        ON e.service = d.service AND e.environment = d.environment AND e.source = d.source AND e.deployment = d.deployment
    WHERE e.via = 'incident_link' AND $recovery_from = 'earlier'
    GROUP BY ALL
),

begun AS (
    SELECT i.*, least(i.opened_at, n.deployed_at) AS begun_at
    FROM incidents AS i
    LEFT JOIN named AS n ON i.source = n.source AND i.incident = n.incident AND i.service = n.service
),

timed AS (SELECT b.*, (epoch_us(b.resolved_at) - epoch_us(b.begun_at)) / 1e6 AS seconds FROM begun AS b)

SELECT
    t.service, t.source, CAST(NULL AS VARCHAR) AS environment, true AS production,
    CASE WHEN $recovery_at = 'opened' THEN t.begun_at ELSE t.resolved_at END AS "at",
    CASE WHEN $hours = 'down' THEN floor(t.seconds / 3600) * 3600 ELSE t.seconds END AS value, 1.0 AS weight,
    t.incident AS ref, t.url, coalesce(t.severity || ': ', '') || coalesce(t.title, 'incident ' || t.incident) AS because
FROM timed AS t
WHERE t.seconds >= 0 AND t.opening_known;
