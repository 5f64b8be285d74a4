-- Each failed deployment's recovery: the earliest of all its incidents resolved, its rollback, the deployment that shipped
-- its revert, or the one that says `fixes` and reached its environment. Being marked failed ends nothing.
CREATE OR REPLACE TEMP TABLE recoveries AS
WITH evidence AS (SELECT * FROM failure_evidence WHERE service IN (SELECT service FROM scope)),

incident_ends AS (
    SELECT
        e.service, e.environment, e.source, e.deployment, 'incident' AS recovered_by,
        CASE WHEN bool_and(i.resolved_at IS NOT NULL) THEN max(i.resolved_at) END AS recovered_at
    FROM evidence AS e
    INNER JOIN incidents AS i ON e.ref = i.incident AND e.ref_source = i.source AND e.service = i.service
    WHERE e.via IN ('incident_link', 'incident_window')
    GROUP BY ALL
),

deployed AS (
    SELECT service, environment, source, deployment, kind AS recovered_by, min(evidence.at) AS recovered_at
    FROM evidence WHERE kind IN ('rollback', 'revert') GROUP BY ALL
),

fixes AS (
    SELECT
        e.service, e.environment, e.source, e.deployment, 'fixes' AS recovered_by,
        min(f.first_success_at) AS recovered_at
    FROM evidence AS e
    INNER JOIN live AS f ON e.ref = f.deployment AND e.ref_source = f.source AND e.service = f.service
        AND e.environment = f.environment
    WHERE e.via = 'fixes'
    GROUP BY ALL
)

SELECT DISTINCT ON (service, environment, source, deployment) *
FROM (FROM incident_ends UNION ALL FROM deployed UNION ALL FROM fixes)
WHERE recovered_at IS NOT NULL
ORDER BY service, environment, source, deployment, recovered_at, recovered_by;
