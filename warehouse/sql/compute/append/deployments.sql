-- The deployments that there is news of: what is new of them, and what was found of them before, or now.
DELETE FROM deployments AS d USING news AS n
WHERE n.service NOT IN (FROM again)
    AND d.service = n.service AND d.environment = n.environment AND d.source = n.source AND d.deployment = n.deployment;

INSERT INTO deployments BY NAME
WITH shipped AS (
    SELECT service, environment, source, deployment, count(*) AS shipped FROM contained
    WHERE counted AND contained.at >= (SELECT min(first_success_at) FROM news WHERE newly_live)
        AND service IN (SELECT service FROM news)
    GROUP BY ALL
)

SELECT
    n.service, n.environment, n.source, n.deployment, n.production, n.status, n.started_at, n.first_success_at,
    n.last_failure_at, n.version, n.ref, n.url, n.commits,
    CASE
        WHEN n.newly_live THEN o.graph
        WHEN n.first_success_at IS NOT NULL THEN n.b.graph
        WHEN len(n.commits) = 0 THEN 'no_sha'
        ELSE 'not_live'
    END AS graph,
    coalesce(n.b.baseline, false) AS baseline,
    CASE WHEN n.newly_live THEN coalesce(s.shipped, 0) ELSE coalesce(n.b.shipped, 0) END AS shipped,
    false AS rollback, n.b.returned_to, n.b.remediation, n.fixes, n.marked_failed, false AS failed, n.b.failed_by,
    n.b.recovered_at, n.b.recovered_by
FROM news AS n
LEFT JOIN walked_outcomes AS o USING (service, environment, source, deployment)
LEFT JOIN shipped AS s USING (service, environment, source, deployment)
WHERE n.service NOT IN (FROM again);
