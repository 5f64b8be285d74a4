-- Incidents, the newest opened first, with all the services that each names.
SELECT
    i.source, i.incident, min(i.opened_at) AS "at", any_value(i.status) AS status, min(i.opened_at) AS opened_at,
    min(i.acknowledged_at) AS acknowledged_at, max(i.resolved_at) AS resolved_at,
    (epoch_us(max(i.resolved_at)) - epoch_us(min(i.opened_at))) / 1e6 AS open_seconds,
    any_value(i.severity) AS severity, any_value(i.title) AS title, any_value(i.deployment) AS deployment,
    any_value(i.url) AS url,
    coalesce(list_sort(list(i.service) FILTER (i.service IS NOT NULL)), []) AS services
FROM incidents AS i
WHERE (NOT $narrowed OR (i.source, i.incident) IN (
        SELECT (n.source, n.incident) FROM incidents AS n WHERE n.service IN (SELECT s.service FROM scope AS s)
    ))
    AND ($source IS NULL OR i.source = $source)
    AND ($status IS NULL OR i.status = $status)
    AND ($open IS NULL OR (i.resolved_at IS NULL) = $open)
    AND ($since IS NULL OR i.opened_at >= $since)
    AND ($until IS NULL OR i.opened_at < $until)
    AND ($from IS NULL OR i.opened_at <= $from)
GROUP BY i.source, i.incident
ORDER BY "at" DESC, i.source, i.incident
LIMIT $limit OFFSET $skip;
