-- Deployments, the newest first; `at` is the first success, else the last failure, else the beginning.
WITH placed AS (
    SELECT d.*, coalesce(d.first_success_at, d.last_failure_at, d.started_at) AS "at"
    FROM deployments AS d
    WHERE (NOT $narrowed OR d.service IN (SELECT s.service FROM scope AS s))
)

SELECT p.*
FROM placed AS p
WHERE ($environment IS NULL OR p.environment = $environment)
    AND ($production IS NULL OR p.production = $production)
    AND ($source IS NULL OR p.source = $source)
    AND ($status IS NULL OR p.status = $status)
    AND ($failed IS NULL OR p.failed = $failed)
    AND ($recovered IS NULL OR p.failed AND (p.recovered_at IS NOT NULL) = $recovered)
    AND ($since IS NULL OR p."at" >= $since)
    AND ($until IS NULL OR p."at" < $until)
    AND ($from IS NULL OR p."at" <= $from)
ORDER BY p."at" DESC, p.service, p.environment, p.source, p.deployment
LIMIT $limit OFFSET $skip;
