-- Commits that weren't there: the whole batch.
INSERT INTO touched_commits SELECT repository, sha FROM fresh;
