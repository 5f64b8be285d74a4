-- Fills the derived tables as compute leaves them, seeded: variables `services`, `deployments`, `commits`, `days`, `newest`.
-- Three quarters of the deployments are plain successes; 4 % never succeed, 6 % fail, 2 % have an incident. Rows lie by
-- service and time, as compute writes them.
INSERT INTO services
SELECT
    format('service-{:05d}', i), true, NULL, format('team-{:04d}', i // 5), format('system-{:04d}', i // 10),
    format('domain-{:03d}', i // 50), ['tier-1', 'tier-2', 'tier-3'][1 + i % 3]
FROM range(getvariable('services')) AS r (i);

INSERT INTO teams SELECT DISTINCT team, team FROM services;
INSERT INTO teams SELECT DISTINCT format('group-{:03d}', CAST(substr(team, 6) AS INTEGER) // 10), team FROM services;
INSERT INTO teams SELECT DISTINCT team, team FROM (SELECT team FROM teams WHERE starts_with(team, 'group-'));

INSERT INTO service_repositories SELECT service, 'acme/' || service FROM services;

INSERT INTO deployments BY NAME
WITH rolled AS (
    SELECT
        i, format('service-{:05d}', i % getvariable('services')) AS service, hash(i, 1) % 1000 AS luck,
        getvariable('newest') - to_seconds(
            CAST((getvariable('deployments') - i) * (getvariable('days') * 86400.0 / getvariable('deployments')) AS BIGINT)
        ) AS moment
    FROM range(getvariable('deployments')) AS r (i)
)

SELECT
    service, 'production' AS environment, 'github' AS source, CAST(1000000 + i AS VARCHAR) AS deployment,
    true AS production, CASE WHEN luck < 40 THEN 'failure' ELSE 'success' END AS status,
    moment - INTERVAL 5 MINUTE AS started_at, CASE WHEN luck >= 40 THEN moment END AS first_success_at,
    CASE WHEN luck < 40 THEN moment END AS last_failure_at, NULL AS version, 'main' AS ref,
    'https://github.com/acme/' || service || '/deployments/' || i AS url,
    [{'repository': 'acme/' || service, 'sha': md5('head' || (1000000 + i))}] AS commits, 'known' AS graph,
    i < getvariable('services') AS baseline,
    CASE WHEN luck >= 40 THEN getvariable('commits') ELSE 0 END AS shipped, luck BETWEEN 40 AND 54 AS rollback,
    NULL AS returned_to, CASE WHEN luck BETWEEN 40 AND 54 THEN 'rollback' END AS remediation, NULL AS fixes,
    false AS marked_failed, luck BETWEEN 55 AND 114 AS failed, CASE WHEN luck BETWEEN 55 AND 114 THEN 'incident' END AS failed_by,
    CASE WHEN luck BETWEEN 55 AND 110 THEN moment + to_seconds(600 + hash(i, 2) % 90000) END AS recovered_at,
    CASE WHEN luck BETWEEN 55 AND 110 THEN 'incident' END AS recovered_by
FROM rolled
ORDER BY service, moment;

INSERT INTO contained BY NAME
SELECT
    d.service, d.environment, 'acme/' || d.service AS repository, md5(d.deployment || '/' || c) AS sha, d.source,
    d.deployment, d.first_success_at AS "at", true AS reached, NOT d.baseline AS counted,
    CASE WHEN d.baseline THEN 'baseline' ELSE 'shipped' END AS because,
    d.first_success_at - to_seconds(300 + hash(d.deployment, c) % 900000) AS committed_at
FROM deployments AS d, range(getvariable('commits')) AS r (c)
WHERE d.first_success_at IS NOT NULL
ORDER BY d.service, d.first_success_at;

INSERT INTO incidents BY NAME
SELECT
    'pagerduty' AS source, 'P' || d.deployment AS incident, d.service,
    CASE WHEN d.stays_open THEN 'opened' ELSE 'resolved' END AS status,
    d.first_success_at + INTERVAL 20 MINUTE AS opened_at, true AS opening_known, NULL AS acknowledged_at,
    CASE WHEN NOT d.stays_open THEN d.first_success_at + to_seconds(1800 + hash(d.deployment, 3) % 90000) END AS resolved_at,
    'high' AS severity, 'Something broke' AS title, NULL AS deployment,
    'https://example.pagerduty.com/incidents/P' || d.deployment AS url
FROM (SELECT *, hash(deployment, 5) % 20 = 0 AS stays_open FROM deployments) AS d
WHERE d.first_success_at IS NOT NULL AND hash(d.deployment, 4) % 50 = 0;

INSERT INTO failure_evidence BY NAME
SELECT
    d.service, d.environment, d.source, d.deployment, 'incident' AS kind, 4 AS trust, d.first_success_at AS "at",
    'P' || d.deployment AS ref, 'an incident opened within 24 h of it' AS because, NULL AS url,
    'incident_window' AS via, 'pagerduty' AS ref_source
FROM deployments AS d
WHERE d.failed;

-- A pull request for each deployment, whose branch one push brought; three commits of each service wait.
INSERT INTO pull_requests BY NAME
SELECT
    'github' AS source, 'acme/' || d.service AS repository, CAST(d.deployment AS BIGINT) AS number, 'merged' AS status,
    'A change' AS title, md5('head' || d.deployment) AS head_sha, md5(d.deployment || '/0') AS merge_sha,
    'topic-' || d.deployment AS head_branch, 'main' AS base_branch, false AS fork, [] AS labels,
    d.first_success_at - INTERVAL 30 HOUR AS opened_at, d.first_success_at - INTERVAL 20 HOUR AS reviewed_at,
    d.first_success_at - INTERVAL 9 HOUR AS approved_at, d.first_success_at - INTERVAL 6 HOUR AS merged_at,
    d.first_success_at - INTERVAL 6 HOUR AS closed_at
FROM deployments AS d
WHERE d.first_success_at IS NOT NULL
ORDER BY d.service, d.first_success_at;

INSERT INTO pushes BY NAME
SELECT
    hash(r.number) AS digest, r.source, r.repository, r.head_branch AS branch, r.opened_at AS "at", NULL AS before,
    r.head_sha AS after, false AS forced, 1 AS total, [r.head_sha] AS shas, [r.head_sha] AS new_shas,
    'main' AS default_branch, 'repository=' || r.repository AS key, r.opened_at AS told_until
FROM pull_requests AS r;

INSERT INTO undeployed
SELECT s.service, s.repository, md5(s.service || c), 'github' FROM service_repositories AS s, range(3) AS r (c);

INSERT INTO commits BY NAME
SELECT r.repository, r.head_sha AS sha, r.opened_at - INTERVAL 8 HOUR AS committed_at, 'A change' AS title, [] AS reverts
FROM pull_requests AS r
UNION ALL BY NAME
SELECT u.repository, u.sha, getvariable('newest') - INTERVAL 2 DAY AS committed_at, 'Waits' AS title, [] AS reverts
FROM undeployed AS u;
