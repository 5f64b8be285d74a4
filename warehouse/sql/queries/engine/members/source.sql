-- The senders that ever told of such a thing.
SELECT CAST(NULL AS VARCHAR) AS service, d.source AS key FROM deployments AS d WHERE $needs <> 'incidents'
UNION
SELECT NULL, i.source FROM incidents AS i WHERE $needs = 'incidents';
