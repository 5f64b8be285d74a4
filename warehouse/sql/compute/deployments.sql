-- The deployments of the services in scope, with everything that was found out about them.
INSERT INTO deployments BY NAME
WITH shipped AS (
    SELECT service, environment, source, deployment, count(*) AS shipped FROM contained
    WHERE counted AND service IN (SELECT service FROM scope) GROUP BY ALL
),

failures AS (
    SELECT service, environment, source, deployment, arg_min(kind, trust) AS failed_by FROM failure_evidence
    WHERE service IN (SELECT service FROM scope) GROUP BY ALL
)

SELECT
    d.service, d.environment, d.source, d.deployment, d.production, d.status, d.started_at, d.first_success_at,
    d.last_failure_at, d.version, d.ref, d.url, d.commits,
    coalesce(o.graph, CASE WHEN len(d.commits) = 0 THEN 'no_sha' ELSE 'not_live' END) AS graph,
    coalesce(o.baseline, false) AS baseline,
    coalesce(s.shipped, 0) AS shipped, coalesce(o.rollback, d.flagged_rollback) AS rollback, o.returned_to,
    m.remediation, d.fixes, d.marked_failed, f.failed_by IS NOT NULL AS failed, f.failed_by,
    r.recovered_at, r.recovered_by
FROM scoped_deployments AS d
LEFT JOIN outcomes AS o USING (service, environment, source, deployment)
LEFT JOIN shipped AS s USING (service, environment, source, deployment)
LEFT JOIN failures AS f USING (service, environment, source, deployment)
LEFT JOIN recoveries AS r USING (service, environment, source, deployment)
LEFT JOIN remediations AS m USING (service, environment, source, deployment);
