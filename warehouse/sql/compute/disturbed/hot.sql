-- The repositories in which a push to a branch for hotfixes ended in one of these commits.
SELECT DISTINCT p.repository FROM pushes AS p
WHERE p.after IN (SELECT unnest($shas)) AND p.repository IN (SELECT unnest($repositories))
    AND regexp_matches(p.branch, $hotfix_branch_pattern);
