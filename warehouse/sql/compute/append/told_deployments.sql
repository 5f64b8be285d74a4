-- What senders said of deployments that there is news of.
CREATE OR REPLACE TEMP VIEW told_deployments AS
SELECT e.* FROM deployment_events AS e
WHERE e.deployment IN (SELECT substr(key, 12) FROM work WHERE starts_with(key, 'deployment='));
