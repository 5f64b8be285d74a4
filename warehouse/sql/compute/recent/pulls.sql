-- The pull requests that merged to one of these commits or brought one of them; `odd`: a revert or a hotfix.
SELECT
    r.repository, r.merge_sha, r.head_sha, r.merged_at IS NOT NULL AND NOT r.fork AS lands,
    r.reverts_number IS NOT NULL OR list_contains(r.labels, $hotfix_label)
    OR coalesce(regexp_matches(r.head_branch, $hotfix_branch_pattern), false) AS odd
FROM pull_requests AS r
WHERE list_contains($repositories, r.repository)
    AND (r.merge_sha IN (SELECT unnest($shas)) OR r.head_sha IN (SELECT unnest($shas)));
