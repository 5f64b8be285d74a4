-- Evidence 3, revert: a later deployment shipped a commit that reverts one which this deployment shipped.
INSERT INTO failure_evidence BY NAME
WITH named AS (
    SELECT repository, revert AS sha FROM revert_pairs UNION SELECT repository, reverted FROM revert_pairs
),

belonging AS (
    SELECT c.* FROM contained AS c
    SEMI JOIN named AS n ON c.sha = n.sha AND c.repository = n.repository
    WHERE c.service IN (SELECT service FROM scope)
        AND c.because NOT IN ('baseline', 'again', 'other_paths', 'no_paths', 'undescribed')
)

SELECT DISTINCT
    b.service, b.environment, b.source, b.deployment, 'revert' AS kind, 3 AS trust, a.at AS "at", p.revert AS ref,
    'deployment ' || a.deployment || ' shipped ' || left(p.revert, 10) || ', which reverts ' || left(p.reverted, 10)
        AS because,
    NULL AS url, 'revert' AS via, a.source AS ref_source
FROM revert_pairs AS p
INNER JOIN belonging AS a ON p.repository = a.repository AND p.revert = a.sha
INNER JOIN belonging AS b ON p.repository = b.repository AND p.reverted = b.sha
    AND a.service = b.service AND a.environment = b.environment AND b.at < a.at;
