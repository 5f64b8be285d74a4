-- Evidence 1, explicit: an incident that links the deployment (id before SHA before version before the first 7 characters or
-- more of a SHA), a later deployment that says `fixes`, or a deployment that is marked failed. Of several matches an incident
-- takes one per service.
INSERT INTO failure_evidence BY NAME
WITH names AS (
    SELECT *, 1 AS precision, deployment AS link, '' AS whole FROM live
    UNION ALL SELECT *, 2, unnest(commits).sha, '' FROM live
    UNION ALL SELECT *, 3, version, '' FROM live WHERE version IS NOT NULL
    UNION ALL SELECT * EXCLUDE (whole), 4, left(whole, 7) || '…', whole FROM (SELECT *, unnest(commits).sha AS whole FROM live)
),

blaming AS (
    SELECT
        *,
        unnest([
            deployment, CASE WHEN regexp_full_match(deployment, '[0-9a-f]{7,39}') THEN left(deployment, 7) || '…' END
        ]) AS link
    FROM incidents
    WHERE service IN (SELECT service FROM scope) AND deployment IS NOT NULL
),

fixing AS (
    SELECT *, unnest([fixes, CASE WHEN regexp_full_match(fixes, '[0-9a-f]{7,39}') THEN left(fixes, 7) || '…' END]) AS link
    FROM scoped_deployments
    WHERE fixes IS NOT NULL
),

linked AS (
    SELECT DISTINCT ON (i.source, i.incident, n.service)
        n.service, n.environment, n.source, n.deployment, i.opened_at AS "at", i.incident AS ref,
        'incident ' || coalesce(i.title, i.incident) || ' names this deployment as its cause' AS because, i.url,
        'incident_link' AS via, i.source AS ref_source
    FROM blaming AS i
    INNER JOIN names AS n ON i.link = n.link AND i.service = n.service
        AND (n.precision < 4 OR starts_with(n.whole, i.deployment))
    ORDER BY
        i.source, i.incident, n.service, n.precision, n.first_success_at <= i.opened_at DESC, n.production DESC,
        n.first_success_at DESC, n.environment, n.source, n.deployment
),

fixed AS (
    SELECT DISTINCT ON (f.service, f.environment, f.source, f.deployment)
        n.service, n.environment, n.source, n.deployment,
        coalesce(f.first_success_at, f.started_at) AS "at", f.deployment AS ref,
        'deployment ' || f.deployment || ' says that it fixes this one' AS because, f.url,
        'fixes' AS via, f.source AS ref_source
    FROM fixing AS f
    INNER JOIN names AS n ON f.link = n.link AND f.service = n.service AND f.environment = n.environment
        AND n.first_success_at < coalesce(f.first_success_at, f.started_at)
        AND NOT (f.source = n.source AND f.deployment = n.deployment)
        AND (n.precision < 4 OR starts_with(n.whole, f.fixes))
    ORDER BY
        f.service, f.environment, f.source, f.deployment, n.precision, n.first_success_at DESC, n.source, n.deployment
),

marked AS (
    SELECT
        service, environment, source, deployment, coalesce(last_failure_at, first_success_at) AS "at",
        deployment AS ref, 'its sender marked it as failed' AS because, url, 'marked' AS via, source AS ref_source
    FROM live WHERE marked_failed
)

SELECT 'explicit' AS kind, 1 AS trust, e.* FROM (FROM linked UNION ALL FROM fixed UNION ALL FROM marked) AS e;
