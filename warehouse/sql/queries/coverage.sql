-- Per service, why its numbers are what they are: what was seen, what could not be placed in the commit graph, what was left
-- out (durations below zero), the newest event of each source. By name. `warehouse/api/advice.py` says it in words.
WITH deployed AS (
    SELECT
        d.service, count(*) AS deployments, count(*) FILTER (d.production) AS production_deployments,
        count(*) FILTER (d.first_success_at IS NOT NULL) AS succeeded,
        count(*) FILTER (d.production AND d.first_success_at IS NOT NULL) AS production_succeeded,
        count(*) FILTER (d.production AND d.first_success_at IS NOT NULL AND d.baseline) AS baselines,
        count(*) FILTER (d.first_success_at IS NOT NULL AND d.graph <> 'no_sha') AS with_sha,
        count(*) FILTER (d.first_success_at IS NOT NULL AND d.graph = 'known') AS with_known_sha,
        count(*) FILTER (d.first_success_at IS NOT NULL AND d.graph = 'partial') AS partly_known_sha,
        count(*) FILTER (
            d.first_success_at IS NULL AND d.last_failure_at IS NULL AND d.status IN ('queued', 'in_progress')
            AND d.started_at < now() - INTERVAL 1 DAY
        ) AS unended,
        count(*) FILTER (d.production AND d.failed AND d.recovered_at IS NULL) AS unrecovered,
        count(*) FILTER (d.recovered_at < d.first_success_at) AS negative_recoveries,
        list_sort(list_distinct(list(d.environment))) AS environments
    FROM deployments AS d
    GROUP BY d.service
),

unknown_at AS (
    SELECT d.service, list_sort(list_distinct(list(d.repository))) AS unknown_in
    FROM (SELECT service, unnest(commits).repository AS repository FROM deployments WHERE graph = 'unknown') AS d
    WHERE d.repository IS NOT NULL
    GROUP BY d.service
),

-- Few rows are any of it. Looked for one by one, SHAs are read of these alone: a tenth of the time.
shipped AS (
    SELECT
        c.service, count(*) FILTER (c.because = 'backwards') AS negative_lead_times,
        count(DISTINCT c.sha) FILTER (c.because = 'undescribed') AS undescribed_commits,
        count(DISTINCT c.sha) FILTER (c.because = 'no_paths') AS commits_without_paths
    FROM (
        SELECT service, sha, because FROM contained WHERE because = 'undescribed'
        UNION ALL
        SELECT service, sha, because FROM contained WHERE because = 'no_paths'
        UNION ALL
        SELECT service, NULL, 'backwards' FROM contained AS b WHERE b.committed_at > b."at" AND b.counted
    ) AS c
    GROUP BY c.service
),

cut AS MATERIALIZED (
    SELECT p.repository, p.digest, coalesce(p.shas[1], p.after) AS oldest, p.total - len(p.shas) AS missing
    FROM pushes AS p
    WHERE p.total > len(p.shas)
),

described AS (
    SELECT
        c.repository, c.sha, max(c.parents) AS parents FROM commits AS c
    WHERE c.repository IN (SELECT repository FROM cut)
    GROUP BY ALL
),

-- A cut push is whole again once git's own history goes on below the oldest commit that it listed.
truncated AS (
    SELECT p.repository, count(*) AS truncated_pushes, CAST(sum(p.missing) AS BIGINT) AS missing_commits
    FROM cut AS p
    ANTI JOIN (
        SELECT o.repository, o.sha FROM described AS o
        INNER JOIN described AS u ON o.repository = u.repository AND o.parents[1] = u.sha
    ) AS w ON p.repository = w.repository AND p.oldest = w.sha
    GROUP BY p.repository
),

-- By repository first: there are few, and only they are joined.
pushes_told AS (
    SELECT repository, source, count(*) AS pushes, max(pushes."at") AS "at" FROM pushes GROUP BY repository, source
),

pushed AS (
    SELECT r.service, CAST(sum(p.pushes) AS BIGINT) AS pushes FROM pushes_told AS p
    INNER JOIN service_repositories AS r ON p.repository = r.repository
    GROUP BY r.service
),

lost AS (
    SELECT
        r.service, CAST(sum(t.truncated_pushes) AS BIGINT) AS truncated_pushes,
        CAST(sum(t.missing_commits) AS BIGINT) AS missing_commits
    FROM truncated AS t
    INNER JOIN service_repositories AS r ON t.repository = r.repository
    GROUP BY r.service
),

told_commits AS (
    SELECT DISTINCT r.service FROM (SELECT DISTINCT repository FROM commits) AS c
    INNER JOIN service_repositories AS r ON c.repository = r.repository
),

pulls_told AS (
    SELECT
        repository, source, count(*) AS pull_requests, count(merged_at) AS merged,
        count(*) FILTER (merged_at IS NOT NULL AND reviewed_at IS NULL) AS unreviewed,
        max(greatest(opened_at, reviewed_at, merged_at, closed_at)) AS "at"
    FROM pull_requests
    GROUP BY repository, source
),

reviewed AS (
    SELECT
        r.service, CAST(sum(p.pull_requests) AS BIGINT) AS pull_requests,
        CAST(sum(p.merged) AS BIGINT) AS merged_pull_requests,
        CAST(sum(p.unreviewed) AS BIGINT) AS merged_without_review
    FROM pulls_told AS p
    INNER JOIN service_repositories AS r ON p.repository = r.repository
    GROUP BY r.service
),

troubled AS (
    SELECT
        i.service, count(*) AS incidents, count(*) FILTER (i.resolved_at IS NULL) AS open_incidents,
        count(*) FILTER (i.resolved_at < i.opened_at) AS negative_incidents,
        count(*) FILTER (NOT i.opening_known) AS unopened_incidents
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
        SELECT r.service, p.source, 'push', p."at" FROM pushes_told AS p
        INNER JOIN service_repositories AS r ON p.repository = r.repository
        UNION ALL
        SELECT r.service, p.source, 'pull request', p."at" FROM pulls_told AS p
        INNER JOIN service_repositories AS r ON p.repository = r.repository
    )
    WHERE "at" IS NOT NULL
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
    coalesce(d.environments, []) AS environments,
    coalesce(d.deployments, 0) AS deployments, coalesce(d.production_deployments, 0) AS production_deployments,
    coalesce(d.succeeded, 0) AS succeeded, coalesce(d.production_succeeded, 0) AS production_succeeded,
    coalesce(d.baselines, 0) AS baselines, coalesce(d.unended, 0) AS unended, coalesce(d.with_sha, 0) AS with_sha,
    coalesce(d.with_known_sha, 0) AS with_known_sha, coalesce(d.partly_known_sha, 0) AS partly_known_sha,
    d.with_known_sha / nullif(d.succeeded, 0) AS known_sha_ratio, coalesce(n.unknown_in, []) AS unknown_in,
    coalesce(u.pushes, 0) AS pushes, k.service IS NOT NULL AS has_commits,
    coalesce(l.truncated_pushes, 0) AS truncated_pushes, coalesce(l.missing_commits, 0) AS missing_commits,
    coalesce(c.undescribed_commits, 0) AS undescribed_commits,
    coalesce(c.commits_without_paths, 0) AS commits_without_paths,
    coalesce(v.pull_requests, 0) AS pull_requests, coalesce(v.merged_pull_requests, 0) AS merged_pull_requests,
    coalesce(v.merged_without_review, 0) AS merged_without_review,
    coalesce(i.incidents, 0) AS incidents, coalesce(i.open_incidents, 0) AS open_incidents,
    coalesce(d.unrecovered, 0) AS unrecovered,
    coalesce(c.negative_lead_times, 0) AS negative_lead_times,
    coalesce(d.negative_recoveries, 0) AS negative_recoveries,
    coalesce(i.negative_incidents, 0) AS negative_incidents,
    coalesce(i.unopened_incidents, 0) AS unopened_incidents,
    coalesce(t.last_events, []) AS last_events
FROM scope AS s
LEFT JOIN deployed AS d ON s.service = d.service
LEFT JOIN unknown_at AS n ON s.service = n.service
LEFT JOIN shipped AS c ON s.service = c.service
LEFT JOIN pushed AS u ON s.service = u.service
LEFT JOIN lost AS l ON s.service = l.service
LEFT JOIN told_commits AS k ON s.service = k.service
LEFT JOIN reviewed AS v ON s.service = v.service
LEFT JOIN troubled AS i ON s.service = i.service
LEFT JOIN told AS t ON s.service = t.service
LEFT JOIN places AS p ON s.service = p.service
WHERE ($from IS NULL OR s.service >= $from)
ORDER BY s.service
LIMIT $limit OFFSET $skip;
