-- The walks that go on: of services that aren't derived again, where a deployment went live.
CREATE OR REPLACE TEMP TABLE pairs AS
SELECT DISTINCT service, environment, 'active' AS walk, false AS swept FROM news
WHERE newly_live AND service NOT IN (FROM again);
