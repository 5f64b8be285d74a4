-- Per slice, the deployments of all time: how many, the newest, and those to other environments.
SELECT
    s.key,
    count(*) FILTER (s.here) AS attempts,
    max(s."at") FILTER (s.here) AS latest,
    count(*) FILTER (NOT s.here) AS elsewhere,
    list_sort(list(DISTINCT s.environment) FILTER (NOT s.here))[:3] AS environments
FROM sliced AS s
SEMI JOIN empty AS e ON s.key = e.key
GROUP BY s.key;
