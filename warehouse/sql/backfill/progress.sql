-- How far a run came.
SELECT state, done, finished, known FROM backfill_runs WHERE run = $run;
