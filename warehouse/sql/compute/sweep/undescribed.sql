-- Numbers also the commits that nobody described: known as a push's ends or as somebody's parent, or only deployed.
INSERT INTO sweep_nodes
WITH mentioned AS (
    SELECT repository, before AS sha FROM told_pushes WHERE NOT forced AND before IS NOT NULL
    UNION ALL
    SELECT repository, after FROM told_pushes
    UNION ALL
    SELECT repository, unnest(parents) FROM sweep_nodes WHERE told
    UNION ALL
    SELECT repository, sha FROM sweep_successes WHERE sha IS NOT NULL
),

keyed AS (SELECT hash(repository, sha) AS key, repository, sha FROM mentioned),

missing AS (
    SELECT DISTINCT ON (k.key) k.key, k.repository, k.sha FROM keyed AS k
    WHERE k.key NOT IN (SELECT key FROM sweep_nodes)
)

SELECT
    (SELECT count(*) FROM sweep_nodes) + row_number() OVER () - 1 AS node, key, repository, sha, NULL AS committed_at,
    false AS described, false AS told, NULL AS parents, NULL AS title
FROM missing;
