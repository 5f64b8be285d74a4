-- Is anything of what is ahead older than $since, or not known at all?
SELECT
    EXISTS (
        FROM ahead AS a
        ANTI JOIN graph_commits AS g ON a.repository = g.repository AND a.sha = g.sha
        ANTI JOIN recent_live AS l ON a.repository = l.repository AND a.sha = l.sha
    )
    OR EXISTS (FROM commits AS c SEMI JOIN ahead AS a ON c.repository = a.repository AND c.sha = a.sha WHERE c.committed_at < $since);
