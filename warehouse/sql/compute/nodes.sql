-- The commits of the graph, and whether each is a merge.
SELECT
    k.repository, list(k.sha) AS shas,
    list(CASE WHEN k.parents IS NULL THEN h.sha IS NOT NULL ELSE len(k.parents) > 1 END) AS merges
FROM graph_commits AS k
LEFT JOIN merge_heads AS h ON k.repository = h.repository AND k.sha = h.sha
GROUP BY k.repository;
