-- The senders that ever told of such a thing.
SELECT CAST(NULL AS VARCHAR) AS service, d.source AS key FROM deployments AS d
WHERE $needs NOT IN ('incidents', 'pull_requests')
UNION
SELECT NULL, i.source FROM incidents AS i WHERE $needs = 'incidents'
UNION
SELECT NULL, r.source FROM pull_requests AS r WHERE $needs = 'pull_requests'
UNION
SELECT NULL, u.source FROM undeployed AS u WHERE $needs = 'waiting';
