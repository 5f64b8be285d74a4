-- The outbox's keys.
SELECT key FROM touched;
