-- The files of commits, where anybody told them.
SELECT repository, sha, max(files) AS files FROM commits
WHERE sha IN (SELECT unnest($shas)) AND files IS NOT NULL
GROUP BY repository, sha;
