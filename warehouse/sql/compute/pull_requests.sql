-- Pull requests from their events, each value the newest by the event's own time. What else happens in the second in which
-- one was opened happened later.
INSERT INTO pull_requests BY NAME
WITH events AS (
    SELECT e.*, {'at': e."at", 'later': e.status <> 'opened', 'digest': e.digest} AS newest FROM pull_request_events AS e
    SEMI JOIN asked_pull_requests AS a ON e.repository = a.repository AND e.number = a.number
)

SELECT
    min(source) AS source, repository, number,
    CASE
        WHEN bool_or(status = 'merged') THEN 'merged'
        WHEN max(events."at") FILTER (status = 'closed')
            >= coalesce(max(events."at") FILTER (status = 'reopened'), '-infinity') THEN 'closed'
        ELSE 'open'
    END AS status,
    arg_max(title, newest) AS title,
    arg_max(author, newest) AS author,
    arg_max(handle, newest) AS handle,
    arg_max(head_sha, newest) AS head_sha,
    arg_max(merge_sha, newest) FILTER (status = 'merged') AS merge_sha,
    arg_max(head_branch, newest) AS head_branch,
    arg_max(base_branch, newest) AS base_branch,
    coalesce(lower(arg_max(head_repository, newest)) <> lower(repository), false) AS fork,
    coalesce(arg_max(labels, newest), []) AS labels,
    arg_max(commits, newest) AS commits,
    nullif(arg_max(reverts_number, newest), 0) AS reverts_number,
    min(events."at") FILTER (status = 'opened') AS opened_at,
    CASE                                -- open for review from its opening, where it became a draft only later
        WHEN min(events."at") FILTER (status = 'draft') > min(events."at") FILTER (status = 'opened')
            AND min(events."at") FILTER (status = 'draft') < min(events."at") FILTER (status = 'ready') THEN NULL
        ELSE min(events."at") FILTER (status = 'ready')
    END AS ready_at,
    min(events."at") FILTER (status IN ('review', 'approved')) AS reviewed_at,
    min(events."at") FILTER (status = 'approved') AS approved_at,
    min(events."at") FILTER (status = 'merged') AS merged_at,
    max(events."at") FILTER (status IN ('closed', 'merged')) AS closed_at,
    arg_max(url, newest) AS url
FROM events
GROUP BY repository, number;
