-- Incidents, to say why none counts.
SELECT
    i.service, i.source, i.incident, i.resolved_at IS NULL AS open,
    i.resolved_at < i.opened_at OR (i.resolved_at IS NOT NULL AND NOT i.opening_known) AS unopened,
    coalesce(i.resolved_at, i.opened_at) AS "at"
FROM incidents AS i;
