-- Evidence 4, incident window: an incident opened on the service within the window after a production deployment; the most
-- recent one before it. Incidents that an explicit link has placed on a service stay there; one that names a rollout which
-- never succeeded blames no other.
INSERT INTO failure_evidence BY NAME
WITH free AS (
    SELECT i.* FROM incidents AS i
    WHERE i.service IN (SELECT service FROM scope) AND i.opening_known
        AND (i.service, i.source, i.incident) NOT IN (
            SELECT (e.service, e.ref_source, e.ref) FROM failure_evidence AS e
            WHERE e.via = 'incident_link' AND e.service IN (SELECT service FROM scope)
        )
        AND NOT EXISTS (
            FROM scoped_deployments AS n
            WHERE n.service = i.service AND n.first_success_at IS NULL
                AND (i.deployment IN (n.deployment, n.version)
                    OR list_contains(list_transform(n.commits, lambda c: c.sha), i.deployment)
                    OR regexp_full_match(i.deployment, '[0-9a-f]{7,39}')
                    AND list_bool_or(list_transform(n.commits, lambda c: starts_with(c.sha, i.deployment))))
        )
),

live_production AS (SELECT * FROM live WHERE production)

SELECT DISTINCT ON (f.source, f.incident, f.service)
    d.service, d.environment, d.source, d.deployment, 'incident' AS kind, 4 AS trust, f.opened_at AS "at",
    f.incident AS ref,
    'incident ' || coalesce(f.title, f.incident) || ' opened within ' || format('{:g}', CAST($window_hours AS DOUBLE))
    || ' h of it, and nothing was deployed between' AS because,
    f.url, 'incident_window' AS via, f.source AS ref_source
FROM free AS f
INNER JOIN live_production AS d ON f.service = d.service AND d.first_success_at <= f.opened_at
    AND f.opened_at <= d.first_success_at + to_microseconds(CAST($window_hours * 3600000000 AS BIGINT))
ORDER BY
    f.source, f.incident, f.service, d.first_success_at DESC, d.source DESC, length(d.deployment) DESC,
    d.deployment DESC, d.environment DESC;
