-- All that any sender said of deployments.
CREATE OR REPLACE TEMP VIEW told_deployments AS FROM deployment_events;
