-- Commits of a batch none of which was there: all of them.
INSERT INTO touched_commits SELECT repository, sha FROM batch;
