-- Services whose walk is done again: a new deployment shipped a revert or a hotfix, or facts from before $since may say more
-- of what was walked than those that were loaded, or know the SHA that these don't.
INSERT INTO again
WITH found AS (SELECT DISTINCT service, repository, sha FROM walked),

special AS (
    SELECT repository, sha FROM graph_commits WHERE len(reverts) > 0
    UNION ALL
    SELECT repository, unnest([merge_sha, head_sha]) FROM pull_requests
    WHERE repository IN (SELECT repository FROM found) AND (
        reverts_number IS NOT NULL OR list_contains(labels, $hotfix_label)
        OR coalesce(regexp_matches(head_branch, $hotfix_branch_pattern), false)
    )
    UNION ALL
    SELECT repository, unnest(new_shas) FROM graph_pushes WHERE regexp_matches(branch, $hotfix_branch_pattern)
    UNION ALL
    SELECT repository, sha FROM commits
    WHERE committed_at < $since AND sha IN (SELECT sha FROM found UNION ALL SELECT sha FROM walked_awaited)
)

SELECT f.service FROM (FROM found UNION ALL SELECT service, repository, sha FROM walked_awaited) AS f
SEMI JOIN special AS s ON f.repository = s.repository AND f.sha = s.sha
UNION
SELECT f.service FROM found AS f ANTI JOIN graph_commits AS g ON f.repository = g.repository AND f.sha = g.sha
UNION
SELECT service FROM walked_outcomes WHERE graph NOT IN ('known', 'no_sha');
