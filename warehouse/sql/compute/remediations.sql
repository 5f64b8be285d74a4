-- Deployments that repair: a hotfix (branch or label), one that shipped a revert, one that says `fixes`; rollbacks are
-- known already. `trust` orders the reasons where several hold.
CREATE OR REPLACE TEMP TABLE remediations AS
WITH belonging AS (
    SELECT * FROM contained
    WHERE service IN (SELECT service FROM scope)
        AND because NOT IN ('baseline', 'again', 'other_paths', 'no_paths', 'undescribed')
),

hot AS (
    SELECT repository, merge_sha AS sha FROM pull_requests
    WHERE repository IN (SELECT repository FROM scoped_repositories) AND merge_sha IS NOT NULL
        AND (coalesce(regexp_matches(head_branch, $hotfix_branch_pattern), false)
            OR list_contains(labels, $hotfix_label))
    UNION
    SELECT repository, unnest(new_shas) FROM pushes
    WHERE repository IN (SELECT repository FROM scoped_repositories)
        AND regexp_matches(branch, $hotfix_branch_pattern)
),

found AS (
    SELECT b.service, b.environment, b.source, b.deployment, 2 AS trust, 'hotfix' AS remediation
    FROM belonging AS b INNER JOIN hot AS h ON b.repository = h.repository AND b.sha = h.sha
    UNION ALL
    SELECT service, environment, source, deployment, 2, 'hotfix' FROM scoped_deployments
    WHERE regexp_matches(replace(ref, 'refs/heads/', ''), $hotfix_branch_pattern)
    UNION ALL
    SELECT b.service, b.environment, b.source, b.deployment, 3, 'revert'
    FROM belonging AS b INNER JOIN revert_pairs AS p ON b.repository = p.repository AND b.sha = p.revert
    UNION ALL
    SELECT service, environment, source, deployment, 4, 'fixes' FROM scoped_deployments WHERE fixes IS NOT NULL
    UNION ALL
    SELECT o.service, o.environment, o.source, o.deployment, 1, 'rollback' FROM outcomes AS o WHERE o.rollback
)

SELECT service, environment, source, deployment, arg_min(remediation, trust) AS remediation FROM found GROUP BY ALL;
