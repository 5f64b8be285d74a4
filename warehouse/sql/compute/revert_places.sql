-- Where each commit that reverts or is reverted was shipped. What a pull request left on its base branch was shipped with the
-- head of its branch, which may have been live before. Where the head tells nothing (a merge, or the copy is of another
-- commit), what was left counts where it brought a commit. A merge that tells no files is the services' whose its head is.
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

standing AS (
    SELECT service, repository, sha, unnest(['squash:' || sha, 'copy:' || sha]) AS because FROM own
    WHERE because = 'exchanged'
),

brought AS (
    SELECT DISTINCT c.service, c.environment, c.repository, s.sha FROM contained AS c
    INNER JOIN standing AS s ON c.because = s.because AND c.repository = s.repository AND c.service = s.service
)

SELECT DISTINCT
    o.service, o.environment, o.repository, o.sha, coalesce(h.source, o.source) AS source,
    coalesce(h.deployment, o.deployment) AS deployment, coalesce(h."at", o."at") AS "at"
FROM own AS o
LEFT JOIN heads AS h
    ON o.sha = h.named AND o.repository = h.repository AND o.service = h.service AND o.environment = h.environment
LEFT JOIN brought AS b
    ON o.sha = b.sha AND o.repository = b.repository AND o.service = b.service AND o.environment = b.environment
WHERE CASE
    WHEN o.because = 'merge_no_paths'
        THEN coalesce(h.because NOT IN ('baseline', 'other_paths', 'no_paths', 'merge_no_paths'), false)
    WHEN h.sha IS NULL THEN o.because <> 'exchanged' OR b.sha IS NOT NULL
    ELSE h.because <> 'baseline'
END;
