-- What there is to walk, in the order in which it succeeded: all deployments of a walk that begins again; of one that goes
-- on, the new ones.
SELECT
    d.service, d.environment, d.source, d.deployment, d.first_success_at, d.commits, d.version, d.flagged_rollback, p.walk
FROM scoped_deployments AS d
INNER JOIN walking AS p ON d.service = p.service AND d.environment = p.environment
ANTI JOIN deployments AS o
    ON p.walk = 'active' AND d.service = o.service AND d.environment = o.environment AND d.source = o.source
        AND d.deployment = o.deployment AND o.first_success_at IS NOT NULL
WHERE d.first_success_at IS NOT NULL
ORDER BY d.service, d.environment, d.first_success_at, d.source, length(d.deployment), d.deployment;
