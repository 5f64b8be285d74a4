-- What the walk over the graph found, for the queries that follow.
CREATE OR REPLACE TEMP VIEW found_commits AS
WITH told AS (SELECT repository, sha, min(committed_at) AS committed_at FROM graph_commits GROUP BY repository, sha)

SELECT w.*, t.committed_at FROM walked AS w
LEFT JOIN told AS t ON w.repository = t.repository AND w.sha = t.sha
WHERE w.service NOT IN (FROM again);

CREATE OR REPLACE TEMP VIEW found_awaited AS FROM walked_awaited WHERE service NOT IN (FROM again);
