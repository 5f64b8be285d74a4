-- The outbox's keys, and whether it names commits.
SELECT
    (SELECT coalesce(list(DISTINCT key), []) FROM touched) AS keys,
    EXISTS (FROM touched_commits) OR EXISTS (FROM touched_edges) AS commits;
