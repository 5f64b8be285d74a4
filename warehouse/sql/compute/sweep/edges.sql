-- What contains what, as warehouse.compute.proven has it, in the numbers of `sweep_nodes`. What a push's head proves to
-- contain is left out where the chain of its commits says it already.
WITH linked AS (
    SELECT
        list_transform(new_shas, lambda s: hash(repository, s)) AS chain,
        list_transform(shas, lambda s: hash(repository, s)) AS listed,
        hash(repository, after) AS head,
        CASE WHEN NOT forced AND before IS NOT NULL THEN hash(repository, before) END AS base,
        len(new_shas) > 0 AND shas = new_shas AND after = new_shas[-1]
        AND repository NOT IN (SELECT t.repository FROM sweep_nodes AS t WHERE t.told) AS straight
    FROM told_pushes
),

proven AS (
    SELECT unnest(chain[2:]) AS child, unnest(chain[:-2]) AS parent FROM linked WHERE len(chain) > 1
    UNION ALL
    SELECT chain[1], base FROM linked WHERE len(chain) > 0 AND base IS NOT NULL
    UNION ALL
    SELECT head, unnest(listed) FROM linked WHERE NOT straight
    UNION ALL
    SELECT head, base FROM linked WHERE NOT straight AND base IS NOT NULL
),

edges AS (
    SELECT child, parent, false AS told FROM proven WHERE child <> parent
    UNION ALL
    SELECT key, hash(repository, unnest(parents)), true FROM sweep_nodes WHERE told
)

SELECT c.node AS child, p.node AS parent
FROM edges AS e
INNER JOIN sweep_nodes AS c ON e.child = c.key
INNER JOIN sweep_nodes AS p ON e.parent = p.key
WHERE e.told OR NOT c.told;
