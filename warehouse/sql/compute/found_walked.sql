-- What the walk over the graph found, for the queries that follow; nothing was swept.
CREATE OR REPLACE TEMP VIEW found_commits AS
WITH told AS (
    SELECT repository, sha, min(committed_at) AS committed_at
    FROM commits WHERE repository IN (SELECT DISTINCT repository FROM walked)
    GROUP BY ALL
)

SELECT w.*, t.committed_at FROM walked AS w LEFT JOIN told AS t ON w.repository = t.repository AND w.sha = t.sha;

CREATE OR REPLACE TEMP VIEW found_outcomes AS FROM walked_outcomes;

CREATE OR REPLACE TEMP VIEW found_awaited AS FROM walked_awaited;
