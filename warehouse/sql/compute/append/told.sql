-- What senders said of deployments that there is news of.
SELECT
    e.source, e.deployment, e.environment, e.status, e."at", e.digest, e.key, e.commits, e.version, e.ref, e.rollback,
    e.fixes, e.failed, e.production, e.url, regexp_matches(e.environment, $production_pattern, 'i') AS named,
    coalesce(regexp_matches(replace(e.ref, 'refs/heads/', ''), $hotfix_branch_pattern), false) AS hot
FROM deployment_events AS e
WHERE e.deployment IN (SELECT unnest($deployments));
