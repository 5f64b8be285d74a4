-- What contains what: git's own parents where they are known, else what pushes prove (METRICS.md, commit graph): commits
-- new to the repository follow one another, the first on `before`; `after` contains all it lists, and `before`.
WITH told AS (SELECT repository, sha, parents FROM graph_commits WHERE parents IS NOT NULL),

proven AS (
    SELECT repository, unnest(new_shas[2:]) AS child, unnest(new_shas[1:len(new_shas) - 1]) AS parent
    FROM graph_pushes WHERE len(new_shas) > 1
    UNION ALL
    SELECT repository, new_shas[1], before FROM graph_pushes
    WHERE len(new_shas) > 0 AND NOT forced AND before IS NOT NULL
    UNION ALL
    SELECT repository, after, unnest(shas) FROM graph_pushes
    UNION ALL
    SELECT repository, after, before FROM graph_pushes WHERE NOT forced AND before IS NOT NULL
)

SELECT repository, list(child) AS children, list(parents) AS parents
FROM (
    SELECT repository, child, list(DISTINCT parent ORDER BY parent) AS parents
    FROM (
        SELECT p.repository, p.child, p.parent FROM proven AS p
        ANTI JOIN told AS t ON p.repository = t.repository AND p.child = t.sha
        WHERE p.child <> p.parent
    )
    GROUP BY ALL
    UNION ALL
    SELECT repository, sha, parents FROM told
)
GROUP BY repository;
