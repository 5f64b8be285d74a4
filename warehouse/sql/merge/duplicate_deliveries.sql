-- Counts what senders sent twice.
INSERT INTO duplicate_deliveries BY NAME
SELECT b.source, b.event_type, max(b.received_at) AS received_at, count(*) AS n FROM batch AS b GROUP BY ALL;
