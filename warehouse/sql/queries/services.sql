-- Services, those of the catalog and those only discovered, with what is live and what is wrong now. By name.
WITH activity AS (
    SELECT
        d.service, count(*) FILTER (d.production AND d.first_success_at IS NOT NULL) AS production_deployments,
        max(d.first_success_at) FILTER (d.production) AS last_deployed_at,
        count(*) FILTER (d.production AND d.failed AND d.recovered_at IS NULL) AS unrecovered_failures
    FROM deployments AS d
    GROUP BY d.service
),

troubles AS (
    SELECT i.service, count(*) AS open_incidents FROM incidents AS i WHERE i.resolved_at IS NULL GROUP BY i.service
),

places AS (
    SELECT r.service, list_sort(list(r.repository)) AS repositories FROM service_repositories AS r GROUP BY r.service
)

SELECT
    s.service, s.title, s.in_catalog, s.team, s.system, s.domain, s.tier,
    coalesce(p.repositories, []) AS repositories, coalesce(a.production_deployments, 0) AS production_deployments,
    a.last_deployed_at, coalesce(a.unrecovered_failures, 0) AS unrecovered_failures,
    coalesce(t.open_incidents, 0) AS open_incidents
FROM scope AS s
LEFT JOIN activity AS a ON s.service = a.service
LEFT JOIN troubles AS t ON s.service = t.service
LEFT JOIN places AS p ON s.service = p.service
WHERE ($from IS NULL OR s.service >= $from)
ORDER BY s.service
LIMIT $limit OFFSET $skip;
