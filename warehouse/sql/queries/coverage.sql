-- Per service, why its numbers are what they are: SHAs, truncated pushes, anomalies (durations below zero, left out of
-- metrics), the newest event of each source. By name.
WITH deployed AS (
    SELECT
        d.service, count(*) AS deployments, count(*) FILTER (d.production) AS production_deployments,
        count(*) FILTER (d.first_success_at IS NOT NULL) AS succeeded,
        count(*) FILTER (d.first_success_at IS NOT NULL AND d.graph <> 'no_sha') AS with_sha,
        count(*) FILTER (d.first_success_at IS NOT NULL AND d.graph = 'known') AS with_known_sha,
        count(*) FILTER (d.recovered_at < d.first_success_at) AS negative_recoveries
    FROM deployments AS d
    GROUP BY d.service
),

shipped AS (
    SELECT c.service, count(*) AS negative_lead_times FROM contained AS c
    WHERE c.counted AND c.committed_at > c."at"
    GROUP BY c.service
),

pushed AS (
    SELECT
        r.service, count(*) AS pushes, count(*) FILTER (p.total > len(p.shas)) AS truncated_pushes,
        CAST(sum(p.total - len(p.shas)) AS BIGINT) AS missing_commits
    FROM pushes AS p
    INNER JOIN service_repositories AS r ON p.repository = r.repository
    GROUP BY r.service
),

troubled AS (
    SELECT
        i.service, count(*) AS incidents,
        count(*) FILTER (i.resolved_at < i.opened_at) AS negative_incidents
    FROM incidents AS i
    GROUP BY i.service
),

heard AS (
    SELECT service, source, kind, max("at") AS "at" FROM (
        SELECT service, source, 'deployment' AS kind, greatest(first_success_at, last_failure_at, started_at) AS "at"
        FROM deployments
        UNION ALL
        SELECT service, source, 'incident', coalesce(resolved_at, acknowledged_at, opened_at) FROM incidents
        UNION ALL
        SELECT r.service, p.source, 'push', p."at" FROM pushes AS p
        INNER JOIN service_repositories AS r ON p.repository = r.repository
    )
    GROUP BY ALL
),

told AS (
    SELECT h.service, list({'source': h.source, 'kind': h.kind, 'at': h."at"} ORDER BY h.source, h.kind) AS last_events
    FROM heard AS h
    GROUP BY h.service
),

places AS (
    SELECT r.service, list_sort(list(r.repository)) AS repositories FROM service_repositories AS r GROUP BY r.service
)

SELECT
    s.service, s.team, s.in_catalog, coalesce(p.repositories, []) AS repositories,
    coalesce(d.deployments, 0) AS deployments, coalesce(d.production_deployments, 0) AS production_deployments,
    coalesce(d.succeeded, 0) AS succeeded, coalesce(d.with_sha, 0) AS with_sha,
    coalesce(d.with_known_sha, 0) AS with_known_sha, d.with_known_sha / nullif(d.succeeded, 0) AS known_sha_ratio,
    coalesce(u.pushes, 0) AS pushes, coalesce(u.truncated_pushes, 0) AS truncated_pushes,
    coalesce(u.missing_commits, 0) AS missing_commits, coalesce(i.incidents, 0) AS incidents,
    coalesce(c.negative_lead_times, 0) AS negative_lead_times,
    coalesce(d.negative_recoveries, 0) AS negative_recoveries,
    coalesce(i.negative_incidents, 0) AS negative_incidents,
    coalesce(t.last_events, []) AS last_events
FROM scope AS s
LEFT JOIN deployed AS d ON s.service = d.service
LEFT JOIN shipped AS c ON s.service = c.service
LEFT JOIN pushed AS u ON s.service = u.service
LEFT JOIN troubled AS i ON s.service = i.service
LEFT JOIN told AS t ON s.service = t.service
LEFT JOIN places AS p ON s.service = p.service
WHERE ($from IS NULL OR s.service >= $from)
ORDER BY s.service
LIMIT $limit OFFSET $skip;
