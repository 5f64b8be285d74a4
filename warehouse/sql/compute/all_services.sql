-- Every service there is, and about how many facts it has: for a compute from nothing.
WITH weights AS (
    SELECT 'repository=' || repository AS key, count(*) AS facts FROM commits GROUP BY repository
    UNION ALL
    SELECT key, count(*) FROM deployment_events GROUP BY key
)

SELECT service, CAST(sum(facts) AS BIGINT) AS facts
FROM (
    SELECT k.service, coalesce(w.facts, 0) AS facts FROM source_keys AS k LEFT JOIN weights AS w USING (key)
    UNION ALL
    SELECT name, 0 FROM entities WHERE kind = 'component'
)
GROUP BY service
ORDER BY service;
