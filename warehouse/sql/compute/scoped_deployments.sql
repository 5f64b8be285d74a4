-- The deployments told of, of the services in scope: one row per (service, environment, source, deployment), each value the
-- newest by the event's own time. `inactive` (superseded, GitHub) changes no status.
CREATE OR REPLACE TEMP TABLE scoped_deployments AS
WITH events AS (
    SELECT
        k.service, e.*,
        {
            'at': e."at",
            'rank': list_position(['queued', 'in_progress', 'cancelled', 'error', 'failure', 'success'], e.status),
            'digest': e.digest
        } AS newest
    FROM deployment_events AS e
    INNER JOIN source_keys AS k ON e.key = k.key
    WHERE k.service IN (SELECT service FROM scope)
)

SELECT
    service, environment, source, deployment,
    coalesce(arg_max(production, newest), regexp_matches(environment, $production_pattern, 'i')) AS production,
    coalesce(arg_max(status, newest) FILTER (status <> 'inactive'), 'inactive') AS status,
    min(events."at") AS started_at,
    min(events."at") FILTER (status = 'success') AS first_success_at,
    max(events."at") FILTER (status IN ('failure', 'error')) AS last_failure_at,
    arg_max(version, newest) AS version,
    arg_max(ref, newest) AS ref,
    arg_max(url, newest) AS url,
    coalesce(arg_max(commits, newest) FILTER (len(commits) > 0), []) AS commits,
    bool_or(rollback) AS flagged_rollback,
    arg_max(fixes, newest) AS fixes,
    bool_or(failed)
    OR (
        coalesce(arg_max(status, newest) FILTER (status <> 'inactive'), '') IN ('failure', 'error')
        AND first_success_at IS NOT NULL
    ) AS marked_failed
FROM events
GROUP BY service, environment, source, deployment;
