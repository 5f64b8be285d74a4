-- One dead letter with what was sent.
SELECT
    format('{:016x}', d.digest) AS id, d.source, d.delivery_id, d.event_type, d.received_at, l.kind, l.reason,
    octet_length(d.body) AS bytes, d.key, d.headers, d.body
FROM deliveries AS d
INNER JOIN dead_letters AS l ON d.digest = l.digest
WHERE d.outcome = 'dead' AND d.digest = $digest;
