-- The commits of the swept graphs, numbered: those that senders described. `told`: its parents are git's own. `key` stands
-- for (repository, SHA): joining 64 bits takes half the time.
CREATE OR REPLACE TEMP TABLE sweep_nodes AS
SELECT
    row_number() OVER () - 1 AS node, hash(c.repository, c.sha) AS key, c.repository, c.sha, c.committed_at, true AS described,
    c.parents IS NOT NULL AS told,
    CASE WHEN c.parents IS NULL THEN h.sha IS NOT NULL ELSE len(c.parents) > 1 END AS merge
FROM told_commits AS c
LEFT JOIN merge_heads AS h ON c.repository = h.repository AND c.sha = h.sha;
