-- The outbox's keys, distinct, and the last one that this pass takes care of.
CREATE OR REPLACE TEMP TABLE work AS SELECT key, max(seq) AS seq FROM touched GROUP BY key;
