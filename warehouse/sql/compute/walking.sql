-- The walks of some services that go commit by commit: those that aren't swept, and have something to do.
CREATE OR REPLACE TEMP TABLE walking AS
SELECT service, environment, walk FROM pairs
WHERE walk <> 'idle' AND NOT swept AND service IN (SELECT unnest(CAST($services AS VARCHAR[])));
