-- Does the outbox name any commit?
(SELECT 1 FROM touched_commits LIMIT 1)
UNION ALL
(SELECT 1 FROM touched_edges LIMIT 1);
