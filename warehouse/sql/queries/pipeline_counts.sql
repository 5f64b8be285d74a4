-- What arrived, by source and event type: received = stored + duplicates, stored = parsed + ignored + dead.
WITH kept AS (
    SELECT
        d.source, d.event_type, count(*) AS stored, count(*) FILTER (d.outcome = 'parsed') AS parsed,
        count(*) FILTER (d.outcome = 'ignored') AS ignored, count(*) FILTER (d.outcome = 'dead') AS dead,
        max(d.received_at) AS newest_received_at
    FROM deliveries AS d
    GROUP BY d.source, d.event_type
),

again AS (
    SELECT r.source, r.event_type, sum(r.n) AS duplicates, max(r.received_at) AS newest_received_at
    FROM duplicate_deliveries AS r
    GROUP BY r.source, r.event_type
)

SELECT
    coalesce(k.source, a.source) AS source, coalesce(k.event_type, a.event_type) AS event_type,
    CAST(coalesce(k.stored, 0) + coalesce(a.duplicates, 0) AS BIGINT) AS received, coalesce(k.stored, 0) AS stored,
    CAST(coalesce(a.duplicates, 0) AS BIGINT) AS duplicates, coalesce(k.parsed, 0) AS parsed,
    coalesce(k.ignored, 0) AS ignored, coalesce(k.dead, 0) AS dead,
    greatest(k.newest_received_at, a.newest_received_at) AS newest_received_at
FROM kept AS k
FULL JOIN again AS a ON k.source = a.source AND k.event_type = a.event_type
ORDER BY ALL;
