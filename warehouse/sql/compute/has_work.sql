-- Is there anything in the outbox?
SELECT count(*) FROM touched;
