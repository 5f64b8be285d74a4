-- Replaced by the progress that follows in the same transaction.
DELETE FROM backfill_runs WHERE run = $run;
