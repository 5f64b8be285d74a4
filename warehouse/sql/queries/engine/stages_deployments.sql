-- Per slice and bucket, how many deployments came how far.
SELECT
    s.key, s.bucket,
    count(*) AS attempts,
    count(*) FILTER (s.reached) AS reached,
    count(*) FILTER (s.broke) AS broke,
    count(*) FILTER (s.reached AND s.baseline) AS baselines,
    count(*) FILTER (s.reached AND s.graph = 'no_sha') AS no_sha,
    count(*) FILTER (s.reached AND s.graph = 'unknown') AS unknown,
    count(*) FILTER (s.shipping) AS shipping,
    count(*) FILTER (s.reached AND s.failed) AS failed,
    count(*) FILTER (s.reached AND s.failed AND s.unrecovered) AS unrecovered,
    count(*) FILTER (s.reached AND s.failed AND s.backwards) AS backwards,
    list_distinct([
        min(s.commits[1].repository) FILTER (s.graph = 'unknown'),
        max(s.commits[1].repository) FILTER (s.graph = 'unknown')
    ]) AS repositories
FROM sliced AS s
SEMI JOIN empty AS e ON s.key = e.key AND s.bucket = e.bucket
WHERE s.here
GROUP BY s.key, s.bucket;
