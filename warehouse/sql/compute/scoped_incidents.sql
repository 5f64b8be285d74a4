-- The incidents that this pass makes again: touched themselves, on a service in scope, or linked to a deployment in scope.
CREATE OR REPLACE TEMP TABLE scoped_incidents AS
WITH links AS (
    SELECT deployment AS link FROM scoped_deployments
    UNION SELECT version FROM scoped_deployments WHERE version IS NOT NULL
    UNION SELECT unnest(commits).sha FROM scoped_deployments
    UNION SELECT left(unnest(commits).sha, 7) FROM scoped_deployments
)

SELECT e.source, e.incident FROM incident_events AS e
WHERE 'incident=' || e.source || '/' || e.incident IN (SELECT key FROM work)
    OR e.deployment IN (SELECT link FROM links)
    OR left(e.deployment, 7) IN (SELECT link FROM links)        -- the beginning of one, perhaps: more than needed does no harm
UNION
SELECT n.source, n.incident FROM (SELECT source, incident, unnest(keys) AS key FROM incident_events) AS n
SEMI JOIN source_keys AS k ON n.key = k.key AND k.service IN (SELECT service FROM scope)
UNION
SELECT i.source, i.incident FROM incidents AS i WHERE i.service IN (SELECT service FROM scope);
