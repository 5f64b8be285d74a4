-- The repositories found.
SELECT service, sha, repository FROM unplaced;
