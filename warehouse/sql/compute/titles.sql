-- Titles of a repository's commits, to tell the copies that a rebase left from a squash.
SELECT c.sha, max(c.title) FROM commits AS c WHERE c.repository = $repository GROUP BY c.sha;
