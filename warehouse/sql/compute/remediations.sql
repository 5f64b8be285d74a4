-- Deployments that repair: a hotfix (branch or label), one that shipped a revert, one that says `fixes`; rollbacks are
-- known already. A hotfix counts where its change is shipped, not where its branch is merged back later. `trust` orders
-- the reasons where several hold.
CREATE OR REPLACE TEMP TABLE remediations AS
WITH hot AS (
    SELECT p.repository, unnest([p.merge_sha, p.head_sha]) AS sha FROM pull_requests AS p
    WHERE p.repository IN (SELECT repository FROM scoped_repositories) AND p.merge_sha IS NOT NULL
        AND (coalesce(regexp_matches(head_branch, $hotfix_branch_pattern), false)
            OR list_contains(labels, $hotfix_label))
    UNION
    SELECT repository, unnest(new_shas) FROM pushes
    WHERE repository IN (SELECT repository FROM scoped_repositories)
        AND regexp_matches(branch, $hotfix_branch_pattern)
),

repairing AS (
    SELECT repository, sha, 2 AS trust, 'hotfix' AS remediation, true AS changes FROM hot
    UNION
    SELECT repository, revert, 3, 'revert', false FROM revert_pairs
),

found AS (
    SELECT c.service, c.environment, c.source, c.deployment, r.trust, r.remediation
    FROM contained AS c INNER JOIN repairing AS r ON c.sha = r.sha AND c.repository = r.repository
    WHERE c.service IN (SELECT service FROM scope)
        AND (c.counted OR NOT r.changes)
        AND c.because NOT IN ('baseline', 'again', 'other_paths', 'no_paths', 'undescribed')
    UNION ALL
    SELECT service, environment, source, deployment, 2, 'hotfix' FROM scoped_deployments
    WHERE regexp_matches(replace(ref, 'refs/heads/', ''), $hotfix_branch_pattern)
    UNION ALL
    SELECT service, environment, source, deployment, 4, 'fixes' FROM scoped_deployments WHERE fixes IS NOT NULL
    UNION ALL
    SELECT o.service, o.environment, o.source, o.deployment, 1, 'rollback' FROM outcomes AS o WHERE o.rollback
)

SELECT service, environment, source, deployment, arg_min(remediation, trust) AS remediation FROM found GROUP BY ALL;
