-- The commits of which something new is known.
SELECT DISTINCT repository, sha FROM touched_commits;
