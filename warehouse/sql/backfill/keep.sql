-- Keeps a frame of backfilled facts, unless it is kept already.
INSERT INTO backfilled
SELECT $digest, $run, now(), $fact_table, $facts, $frame
WHERE $digest NOT IN (SELECT digest FROM backfilled);
