-- Which of these commits are merges in git's own words?
SELECT DISTINCT repository, sha FROM commits
WHERE sha IN (SELECT unnest($shas)) AND starts_with(title, 'Merge ') AND regexp_matches(
    title, '^Merge (branch|branches|pull request|remote-tracking branch|remote-tracking branches) '
);
