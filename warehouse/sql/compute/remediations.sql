-- Deployments that repair: a hotfix (branch or label), one that shipped a revert, one that says `fixes`; rollbacks are
-- known already. A hotfix counts where its change is shipped, not where its branch is merged back later; a branch that ends
-- in a merge (of its base, most often) was shipped with that. `trust` orders the reasons where several hold.
CREATE OR REPLACE TEMP TABLE remediations AS
WITH pulls AS (
    SELECT p.repository, p.merge_sha, p.head_sha FROM pull_requests AS p
    WHERE p.repository IN (SELECT repository FROM scoped_repositories) AND p.merged_at IS NOT NULL
        AND (coalesce(regexp_matches(head_branch, $hotfix_branch_pattern), false)
            OR list_contains(labels, $hotfix_label))
),

hot AS (
    SELECT repository, unnest([merge_sha, head_sha]) AS sha FROM pulls
    UNION
    SELECT repository, unnest(new_shas) FROM pushes
    WHERE repository IN (SELECT repository FROM scoped_repositories)
        AND regexp_matches(branch, $hotfix_branch_pattern)
),

stands AS (SELECT repository, unnest(['squash:' || merge_sha, 'copy:' || merge_sha]) AS because FROM pulls),

found AS (
    SELECT c.service, c.environment, c.source, c.deployment, 2 AS trust, 'hotfix' AS remediation
    FROM contained AS c SEMI JOIN hot AS h ON c.sha = h.sha AND c.repository = h.repository
    WHERE c.service IN (SELECT service FROM scope) AND c.counted
    UNION ALL
    SELECT c.service, c.environment, c.source, c.deployment, 2, 'hotfix'
    FROM contained AS c SEMI JOIN stands AS s ON c.because = s.because AND c.repository = s.repository
    WHERE c.service IN (SELECT service FROM scope) AND c.counted
    UNION ALL
    SELECT c.service, c.environment, c.source, c.deployment, 2, 'hotfix'
    FROM contained AS c SEMI JOIN pulls AS p ON c.sha = p.head_sha AND c.repository = p.repository
    WHERE c.service IN (SELECT service FROM scope) AND c.because = 'merge'
        AND c.service NOT IN (SELECT service FROM service_paths)
    UNION ALL
    SELECT s.service, s.environment, s.source, s.deployment, 3, 'revert'
    FROM revert_places AS s SEMI JOIN revert_pairs AS p ON s.sha = p.revert AND s.repository = p.repository
    UNION ALL
    SELECT service, environment, source, deployment, 2, 'hotfix' FROM scoped_deployments
    WHERE regexp_matches(replace(ref, 'refs/heads/', ''), $hotfix_branch_pattern)
    UNION ALL
    SELECT service, environment, source, deployment, 4, 'fixes' FROM scoped_deployments WHERE fixes IS NOT NULL
    UNION ALL
    SELECT o.service, o.environment, o.source, o.deployment, 1, 'rollback' FROM outcomes AS o WHERE o.rollback
)

SELECT service, environment, source, deployment, arg_min(remediation, trust) AS remediation FROM found GROUP BY ALL;
