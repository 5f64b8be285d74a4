-- Each incident is blamed on the last deployment to production that succeeded before it opened, however long before.
SELECT
    d.service, d.environment, d.source, d.deployment, i.incident AS ref, i.resolved_at AS ended_at,
    'the last deployment before incident ' || coalesce(i.title, i.incident) AS because
FROM (FROM incidents WHERE opening_known) AS i
ASOF JOIN (FROM deployments WHERE production AND first_success_at IS NOT NULL) AS d
    ON i.service = d.service AND i.opened_at > d.first_success_at;
