-- Deliveries that could not become events, the newest first, with the reason.
SELECT
    format('{:016x}', d.digest) AS id, d.source, d.delivery_id, d.event_type, d.received_at, l.kind, l.reason,
    octet_length(d.body) AS bytes
FROM deliveries AS d
INNER JOIN dead_letters AS l ON d.digest = l.digest
WHERE d.outcome = 'dead'
    AND ($source IS NULL OR d.source = $source)
    AND ($kind IS NULL OR l.kind = $kind)
    AND ($since IS NULL OR d.received_at >= $since)
    AND ($until IS NULL OR d.received_at < $until)
    AND ($from IS NULL OR d.received_at <= $from)
ORDER BY d.received_at DESC, d.digest
LIMIT $limit OFFSET $skip;
