-- Every source key that any fact carries: what a compute from nothing has to look at.
CREATE OR REPLACE TEMP TABLE work AS
SELECT key
FROM (
    SELECT DISTINCT key FROM deployment_events
    UNION
    SELECT DISTINCT unnest(keys) FROM incident_events
    UNION
    SELECT DISTINCT 'incident=' || source || '/' || incident FROM incident_events WHERE len(keys) = 0
    UNION
    SELECT DISTINCT 'repository=' || repository FROM pushes
    UNION
    SELECT DISTINCT 'repository=' || repository FROM commits
    UNION
    SELECT DISTINCT 'repository=' || repository FROM pull_request_events
    UNION
    SELECT DISTINCT key FROM pushes
);
