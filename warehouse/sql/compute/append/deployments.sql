-- The deployments that there is news of.
INSERT INTO deployments BY NAME
SELECT
    unnest($service) AS service, unnest($environment) AS environment, unnest($source) AS source,
    unnest($deployment) AS deployment, unnest($production) AS production, unnest($status) AS status,
    unnest($started_at) AS started_at, unnest(CAST($first_success_at AS TIMESTAMPTZ[])) AS first_success_at,
    unnest(CAST($last_failure_at AS TIMESTAMPTZ[])) AS last_failure_at,
    unnest(CAST($version AS VARCHAR[])) AS version, unnest(CAST($ref AS VARCHAR[])) AS ref,
    unnest(CAST($url AS VARCHAR[])) AS url,
    unnest(CAST($commits AS STRUCT(repository VARCHAR, sha VARCHAR)[][])) AS commits, unnest($graph) AS graph,
    unnest($baseline) AS baseline, unnest($shipped) AS shipped, unnest($rollback) AS rollback,
    unnest(CAST($returned_to AS VARCHAR[])) AS returned_to, unnest(CAST($remediation AS VARCHAR[])) AS remediation,
    unnest(CAST($fixes AS VARCHAR[])) AS fixes, unnest($marked_failed) AS marked_failed, unnest($failed) AS failed,
    unnest(CAST($failed_by AS VARCHAR[])) AS failed_by,
    unnest(CAST($recovered_at AS TIMESTAMPTZ[])) AS recovered_at,
    unnest(CAST($recovered_by AS VARCHAR[])) AS recovered_by;
