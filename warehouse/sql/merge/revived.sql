-- A dead letter that was sent again and parses now: its delivery changes its outcome.
UPDATE deliveries SET outcome = b.outcome, event_type = b.event_type
FROM batch AS b WHERE deliveries.digest = b.digest;
