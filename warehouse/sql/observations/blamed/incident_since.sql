-- Each incident is blamed on the last rollout to production that ended when it opened or before, succeeded or not.
SELECT
    d.service, d.environment, d.source, d.deployment, i.incident AS ref, i.resolved_at AS ended_at,
    'the last rollout before incident ' || coalesce(i.title, i.incident) AS because
FROM (FROM incidents WHERE opening_known) AS i
ASOF JOIN (
    SELECT *, coalesce(first_success_at, last_failure_at) AS finished_at FROM deployments
    WHERE production AND coalesce(first_success_at, last_failure_at) IS NOT NULL
) AS d
    ON i.service = d.service AND i.opened_at >= d.finished_at;
