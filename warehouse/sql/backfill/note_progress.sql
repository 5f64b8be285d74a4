-- How far a run has come now.
INSERT INTO backfill_runs VALUES ($run, $state, $done, $finished, $known);
