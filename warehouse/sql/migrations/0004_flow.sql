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

CREATE VIEW deployed_pull_requests AS   -- with the first deployment of a service that contains what each left on its base branch
WITH landed AS NOT MATERIALIZED (
    SELECT c.service, c.environment, c.deployment, c."at" AS deployed_at, c.source AS deployed_by, c.because, r.*
    FROM pull_requests AS r
    INNER JOIN contained AS c ON r.repository = c.repository AND coalesce(r.merge_sha, r.head_sha) = c.sha
    WHERE r.merged_at IS NOT NULL AND c.because <> 'baseline'
),

owned AS (
    SELECT * FROM landed WHERE because NOT IN ('other_paths', 'no_paths')
    UNION ALL                           -- apart, so that where nothing is shared nothing is looked up
    SELECT l.* FROM landed AS l
    SEMI JOIN contained AS h
        ON l.service = h.service AND l.environment = h.environment AND l.repository = h.repository
        AND l.head_sha = h.sha AND h.counted
    WHERE l.because IN ('other_paths', 'no_paths')
)

SELECT o.* EXCLUDE (because), d.production
FROM owned AS o
INNER JOIN deployments AS d
    ON o.deployed_at = d.first_success_at AND o.service = d.service AND o.environment = d.environment
    AND o.deployed_by = d.source AND o.deployment = d.deployment;
