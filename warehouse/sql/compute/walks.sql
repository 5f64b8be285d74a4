-- The walks that have something to do.
SELECT service, environment, walk, swept FROM pairs WHERE walk <> 'idle' ORDER BY ALL;
