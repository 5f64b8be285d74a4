-- Where each commit that reverts or is reverted was shipped. What a pull request left on its base branch was shipped with the
-- head of its branch, which may have been live before; so was a copy, and what shows no commit that it brought ships none.
CREATE OR REPLACE TEMP TABLE revert_places AS
WITH named AS (
    SELECT repository, revert AS sha FROM revert_pairs UNION SELECT repository, reverted FROM revert_pairs
),

own AS (
    SELECT c.* FROM contained AS c
    SEMI JOIN named AS n ON c.sha = n.sha AND c.repository = n.repository
    WHERE c.service IN (SELECT service FROM scope)
        AND c.because NOT IN ('baseline', 'again', 'other_paths', 'no_paths', 'undescribed')
),

requests AS (
    SELECT DISTINCT r.repository, r.merge_sha AS sha, r.head_sha FROM pull_requests AS r
    SEMI JOIN named AS n ON r.merge_sha = n.sha AND r.repository = n.repository
    WHERE r.merged_at IS NOT NULL AND r.head_sha <> r.merge_sha
),

heads AS (
    SELECT r.sha AS named, c.* FROM contained AS c
    INNER JOIN requests AS r ON c.sha = r.head_sha AND c.repository = r.repository
    WHERE c.service IN (SELECT service FROM scope) AND c.because NOT IN ('again', 'undescribed')
),

copied AS (
    SELECT c.service, c.environment, c.repository, c.because FROM contained AS c
    SEMI JOIN (SELECT service, repository, 'copy:' || sha AS because FROM own WHERE because = 'exchanged') AS o
        ON c.because = o.because AND c.repository = o.repository AND c.service = o.service
)

SELECT DISTINCT
    o.service, o.environment, o.repository, o.sha, coalesce(h.source, o.source) AS source,
    coalesce(h.deployment, o.deployment) AS deployment, coalesce(h."at", o."at") AS "at"
FROM own AS o
LEFT JOIN heads AS h
    ON o.sha = h.named AND o.repository = h.repository AND o.service = h.service AND o.environment = h.environment
LEFT JOIN (SELECT DISTINCT * FROM copied) AS k
    ON 'copy:' || o.sha = k.because AND o.repository = k.repository AND o.service = k.service
        AND o.environment = k.environment
WHERE CASE WHEN h.sha IS NULL THEN o.because <> 'exchanged' OR k.because IS NOT NULL ELSE h.because <> 'baseline' END;
