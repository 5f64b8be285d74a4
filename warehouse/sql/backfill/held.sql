-- Which commits the deployments of these names already stand for, on the services that a source key belongs to.
SELECT DISTINCT e.deployment, e.commits[1].repository AS repository, e.commits[1].sha AS sha
FROM deployment_events AS e
WHERE e.source = $source AND e.environment = $environment AND list_contains($names, e.deployment)
    AND (
        e.key = $key
        OR e.key IN (
            SELECT o.key FROM source_keys AS o INNER JOIN source_keys AS k ON o.service = k.service WHERE k.key = $key
        )
    );
