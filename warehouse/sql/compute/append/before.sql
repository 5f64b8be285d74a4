-- What was found of deployments before.
SELECT
    service, environment, source, deployment, production, status, started_at, first_success_at, last_failure_at, version,
    ref, url, commits, graph, baseline, shipped, rollback, returned_to, remediation, fixes, marked_failed, failed,
    failed_by, recovered_at, recovered_by
FROM deployments
WHERE deployment IN (SELECT unnest($deployments));
