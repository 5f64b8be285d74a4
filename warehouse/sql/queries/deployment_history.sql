-- What senders said of an id's deployments, in the order in which it happened.
SELECT DISTINCT
    k.service, e.environment, e.source, e.deployment, e.status, e."at", e.version, e.ref, e.rollback, e.failed, e.url
FROM deployment_events AS e
INNER JOIN source_keys AS k ON e.key = k.key
WHERE e.deployment = $id OR e.source || ':' || e.deployment = $id
ORDER BY e."at", e.status;
