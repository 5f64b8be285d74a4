-- The deployments that there is news of.
INSERT INTO deployments BY NAME
SELECT
    unnest($service) AS service, unnest($environment) AS environment, unnest($source) AS source,
    unnest($deployment) AS deployment, unnest($production) AS production, unnest($status) AS status,
    unnest($started_at) AS started_at, unnest($first_success_at) AS first_success_at,
    unnest($last_failure_at) AS last_failure_at, unnest($version) AS version, unnest($ref) AS ref, unnest($url) AS url,
    unnest($commits) AS commits, unnest($graph) AS graph, unnest($baseline) AS baseline, unnest($shipped) AS shipped,
    unnest($rollback) AS rollback, unnest($returned_to) AS returned_to, unnest($remediation) AS remediation,
    unnest($fixes) AS fixes, unnest($marked_failed) AS marked_failed, unnest($failed) AS failed,
    unnest($failed_by) AS failed_by, unnest($recovered_at) AS recovered_at, unnest($recovered_by) AS recovered_by;
