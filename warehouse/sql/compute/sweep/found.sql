-- Likewise, with what was swept: `swept` says which success reached a commit first, `swept_outcomes` what became of each.
CREATE OR REPLACE TEMP VIEW found_commits AS
WITH told AS (
    SELECT repository, sha, min(committed_at) AS committed_at
    FROM commits WHERE repository IN (SELECT DISTINCT repository FROM walked)
    GROUP BY ALL
)

SELECT w.*, t.committed_at FROM walked AS w LEFT JOIN told AS t ON w.repository = t.repository AND w.sha = t.sha
UNION ALL BY NAME
SELECT
    s.service, s.environment, n.repository, n.sha, s.source, s.deployment, s.first_success_at AS "at", true AS reached,
    CASE
        WHEN s.baseline THEN 'baseline'
        WHEN CASE WHEN n.told THEN len(n.parents) > 1 ELSE m.key IS NOT NULL END THEN 'merge'
        ELSE 'shipped'
    END AS because,
    n.committed_at
FROM swept AS w
INNER JOIN sweep_nodes AS n ON w.node = n.node
LEFT JOIN sweep_merges AS m ON n.key = m.key
INNER JOIN sweep_successes AS s ON w.owner = s.owner;

CREATE OR REPLACE TEMP VIEW found_outcomes AS
FROM walked_outcomes
UNION ALL BY NAME
SELECT
    s.service, s.environment, s.source, s.deployment, s.baseline,
    CASE WHEN NOT s.has_sha THEN 'no_sha' WHEN o.known THEN 'known' ELSE 'unknown' END AS graph,
    b.owner IS NOT NULL AS rollback, r.deployment AS returned_to, f.source AS blamed_source,
    f.deployment AS blamed_deployment
FROM sweep_successes AS s
INNER JOIN swept_known AS o ON s.owner = o.owner
LEFT JOIN swept_back AS b ON s.owner = b.owner
LEFT JOIN sweep_successes AS r ON b.returned = r.owner
LEFT JOIN sweep_successes AS f ON b.blamed = f.owner;

CREATE OR REPLACE TEMP VIEW found_awaited AS
FROM walked_awaited
UNION ALL BY NAME
SELECT s.service, s.environment, s.repository, s.sha
FROM sweep_successes AS s INNER JOIN swept_known AS o ON s.owner = o.owner
WHERE s.sha IS NOT NULL AND NOT o.known;
