-- Flow: what waits on default branches, and pull requests by service.

CREATE TABLE undeployed (               -- commits of a default branch that no production environment of a service contains
    service VARCHAR NOT NULL,
    repository VARCHAR NOT NULL,
    sha VARCHAR NOT NULL,
    source VARCHAR NOT NULL             -- who told where the branch stands
);

CREATE VIEW reached AS                  -- deployments that reached their environment, as observations
SELECT
    d.service, d.source, d.environment, d.production, d.first_success_at AS "at", 1.0 AS value, 1.0 AS weight,
    d.deployment AS ref, d.url,
    'reached ' || d.environment || coalesce(' with ' || d.version, '') AS because
FROM deployments AS d
WHERE d.first_success_at IS NOT NULL;

CREATE VIEW service_pull_requests AS    -- by the services whose commits live in their repository; service NULL: none known
SELECT s.service, coalesce(r.ready_at, r.opened_at) AS asked_at, r.*    -- asked_at: open for review, not a draft
FROM pull_requests AS r
LEFT JOIN (
    SELECT o.service, o.repository FROM service_repositories AS o SEMI JOIN services AS k ON o.service = k.service
) AS s ON r.repository = s.repository;

CREATE VIEW branch_commits AS           -- what pushes brought to a pull request's branch since an earlier one of it ended
WITH asked AS (
    SELECT
        r.repository, r.number, r.head_branch, coalesce(r.merged_at, r.closed_at, 'infinity') AS ended_at,
        coalesce(
            lag(coalesce(r.merged_at, r.closed_at)) OVER (PARTITION BY r.repository, r.head_branch ORDER BY r.number),
            '-infinity'
        ) AS since
    FROM pull_requests AS r
    WHERE NOT r.fork AND r.head_branch IS NOT NULL
),

pushed AS (
    SELECT p.repository, p.branch, p."at", unnest(p.new_shas) AS sha FROM pushes AS p
    SEMI JOIN asked AS a ON p.repository = a.repository AND p.branch = a.head_branch
)

SELECT a.repository, a.number, min(c.committed_at) AS first_at, count(DISTINCT c.sha) AS commits
FROM asked AS a
INNER JOIN pushed AS p
    ON a.repository = p.repository AND a.head_branch = p.branch AND p."at" > a.since AND p."at" <= a.ended_at
INNER JOIN commits AS c ON p.repository = c.repository AND p.sha = c.sha
GROUP BY a.repository, a.number;

CREATE VIEW deployed_pull_requests AS   -- with the first deployment of a service that contains what each left on its base branch
SELECT
    c.service, c.environment, d.production, c.deployment, c."at" AS deployed_at, c.source AS deployed_by, r.*
FROM pull_requests AS r
INNER JOIN contained AS c ON r.repository = c.repository AND coalesce(r.merge_sha, r.head_sha) = c.sha
INNER JOIN deployments AS d
    ON c."at" = d.first_success_at AND c.service = d.service AND c.environment = d.environment
    AND c.source = d.source AND c.deployment = d.deployment
WHERE r.merged_at IS NOT NULL AND c.because <> 'baseline'
    AND (
        c.because NOT IN ('other_paths', 'no_paths')
        OR EXISTS (
            SELECT 1 FROM contained AS h
            WHERE h.service = c.service AND h.environment = c.environment AND h.repository = c.repository
                AND h.sha = r.head_sha AND h.counted
        )
    );
