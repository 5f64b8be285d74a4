-- Likewise.
DELETE FROM touched_commits;
DELETE FROM touched_edges;
