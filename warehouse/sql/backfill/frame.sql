-- One kept frame.
SELECT fact_table, frame FROM backfilled WHERE digest = $digest;
