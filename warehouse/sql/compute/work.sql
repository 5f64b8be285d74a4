-- The outbox's keys, distinct.
CREATE OR REPLACE TEMP TABLE work AS SELECT DISTINCT key FROM touched;
