-- How many services have walks that go on, and the earliest moment that something was live before them.
SELECT count(DISTINCT service), min(last_at) FROM news WHERE newly_live AND service NOT IN (FROM again);
