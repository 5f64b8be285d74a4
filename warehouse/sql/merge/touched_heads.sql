-- Commits that a push or a pull request may have shown to be merges, or to stand for others.
INSERT INTO touched_commits
SELECT DISTINCT repository, sha FROM (SELECT unnest($repositories) AS repository, unnest($shas) AS sha);
