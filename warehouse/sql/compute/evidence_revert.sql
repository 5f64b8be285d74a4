-- Evidence 3, revert: a later deployment shipped a commit that reverts one which this deployment shipped.
INSERT INTO failure_evidence BY NAME
SELECT DISTINCT
    b.service, b.environment, b.source, b.deployment, 'revert' AS kind, 3 AS trust, a.at AS "at", p.revert AS ref,
    'deployment ' || a.deployment || ' shipped ' || left(p.revert, 10) || ', which reverts ' || left(p.reverted, 10)
        AS because,
    NULL AS url, 'revert' AS via, a.source AS ref_source
FROM revert_pairs AS p
INNER JOIN revert_places AS a ON p.repository = a.repository AND p.revert = a.sha
INNER JOIN revert_places AS b ON p.repository = b.repository AND p.reverted = b.sha
    AND a.service = b.service AND a.environment = b.environment AND b.at < a.at;
