-- Every kept delivery in the order in which it was stored: what a rebuild parses again.
SELECT source, delivery_id, received_at, headers, body, key FROM deliveries;
