-- The services in scope that run in production and whose default branch is ahead of it: `head` is where the newest push
-- left the branch. A branch that no sender calls the default is one by its name, or by being the only one.
CREATE OR REPLACE TEMP TABLE lagging AS
WITH told AS (
    SELECT
        p.repository,
        coalesce(
            arg_max(p.default_branch, {'at': p."at", 'digest': p.digest}) FILTER (p.default_branch IS NOT NULL),
            max(p.branch) FILTER (p.branch IN ('main', 'master', 'trunk')),
            CASE WHEN count(DISTINCT p.branch) = 1 THEN max(p.branch) END
        ) AS branch
    FROM pushes AS p
    WHERE p.repository IN (SELECT repository FROM scoped_repositories) AND p.after IS NOT NULL
    GROUP BY p.repository
),

heads AS (
    SELECT
        p.repository, arg_max(p.after, {'at': p."at", 'digest': p.digest}) AS head,
        arg_max(p.source, {'at': p."at", 'digest': p.digest}) AS source
    FROM pushes AS p INNER JOIN told AS t ON p.repository = t.repository AND p.branch = t.branch
    WHERE p.after IS NOT NULL
    GROUP BY p.repository
),

live_heads AS (
    SELECT c.service, c.repository, c.sha FROM contained AS c
    SEMI JOIN deployments AS d ON c.service = d.service AND c.environment = d.environment AND d.production
    WHERE c.reached AND c.service IN (SELECT service FROM scope) AND c.sha IN (SELECT head FROM heads)
)

SELECT r.service, r.repository, h.head, h.source
FROM service_repositories AS r
INNER JOIN heads AS h ON r.repository = h.repository
ANTI JOIN live_heads AS l ON r.service = l.service AND r.repository = l.repository AND h.head = l.sha
WHERE r.service IN (
    SELECT d.service FROM deployments AS d
    WHERE d.production AND d.graph IN ('known', 'partial') AND d.service IN (SELECT service FROM scope)
);
