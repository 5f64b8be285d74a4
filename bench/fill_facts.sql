-- Fills the fact tables as webhooks leave them, seeded: variables `services`, `deployments`, `commits`, `days`, `newest`.
-- Every deployment has a push of its own, whose commits follow one another; rows lie in the order of arrival. 4 % of the
-- deployments fail, 2 % have an incident.
CREATE OR REPLACE TEMP TABLE rollouts AS
SELECT
    i, format('acme/service-{:05d}', i % getvariable('services')) AS repository,
    getvariable('newest') - to_seconds(
        CAST((getvariable('deployments') - i) * (getvariable('days') * 86400.0 / getvariable('deployments')) AS BIGINT)
    ) AS moment,
    list_transform(range(getvariable('commits')), lambda c: sha1(i || '/' || c)) AS shas,
    CASE WHEN i >= getvariable('services') THEN sha1((i - getvariable('services')) || '/' || (getvariable('commits') - 1)) END
        AS before,
    hash(i, 1) % 1000 < 40 AS fails, hash(i, 2) % 50 = 0 AS breaks
FROM range(getvariable('deployments')) AS r (i);

INSERT INTO commits BY NAME
SELECT
    repository, unnest(shas) AS sha,
    moment - to_seconds(900 + 3600 * (getvariable('commits') - unnest(range(getvariable('commits'))))) AS committed_at,
    'Change number ' || unnest(range(getvariable('commits'))) || ' of ' || i AS title, md5('author' || hash(i, 3) % 40) AS author,
    [] AS reverts
FROM rollouts;

INSERT INTO pushes BY NAME
SELECT
    hash(i, 'push') AS digest, 'github' AS source, repository, 'main' AS branch, moment - INTERVAL 15 MINUTE AS "at", before,
    shas[-1] AS after, false AS forced, getvariable('commits') AS total, shas, shas AS new_shas, 'main' AS default_branch,
    'repository=' || repository AS key, moment - INTERVAL 15 MINUTE AS told_until
FROM rollouts;

INSERT INTO deployment_events BY NAME
SELECT
    hash(i, status) AS digest, 'github' AS source, CAST(1000000 + i AS VARCHAR) AS deployment, 'production' AS environment,
    CASE WHEN status = 'success' AND fails THEN 'failure' ELSE status END AS status,
    moment - CASE WHEN status = 'success' THEN INTERVAL 0 MINUTE ELSE INTERVAL 5 MINUTE END AS "at",
    'repository=' || repository AS key, [{'repository': repository, 'sha': shas[-1]}] AS commits, 'main' AS ref,
    false AS rollback, false AS failed, 'https://github.com/' || repository || '/deployments/' || i AS url
FROM rollouts, (VALUES ('in_progress'), ('success')) AS s (status);

INSERT INTO incident_events BY NAME
SELECT
    hash(i, 'incident', status) AS digest, 'pagerduty' AS source, 'P' || i AS incident, status,
    moment + CASE WHEN status = 'opened' THEN INTERVAL 20 MINUTE ELSE to_seconds(1800 + hash(i, 4) % 90000) END AS "at",
    "at" AS described_at, ['repository=' || repository] AS keys, 'high' AS severity, 'Something broke' AS title,
    'https://example.pagerduty.com/incidents/P' || i AS url
FROM rollouts, (VALUES ('opened'), ('resolved')) AS s (status)
WHERE breaks;

DROP TABLE rollouts;
