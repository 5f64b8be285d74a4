-- The commits since then that weren't live yet.
CREATE OR REPLACE TEMP TABLE graph_commits AS
SELECT c.* FROM commits AS c
INNER JOIN needed AS n ON c.repository = n.repository
ANTI JOIN recent_live AS i
    ON i.reached AND n.service = i.service AND n.environment = i.environment AND c.repository = i.repository
        AND c.sha = i.sha
WHERE c.committed_at >= $since;
