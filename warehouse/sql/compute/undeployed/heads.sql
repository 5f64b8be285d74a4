-- Where the newest push left the default branch. A branch that no sender calls the default is one by its name, or by being
-- the only one.
WITH told AS (
    SELECT
        p.repository,
        coalesce(
            arg_max(p.default_branch, {'at': p."at", 'digest': p.digest}) FILTER (p.default_branch IS NOT NULL),
            max(p.branch) FILTER (p.branch IN ('main', 'master', 'trunk')),
            CASE WHEN count(DISTINCT p.branch) = 1 THEN max(p.branch) END
        ) AS branch
    FROM pushes AS p
    WHERE p.repository IN (SELECT unnest($repositories)) AND p.after IS NOT NULL
    GROUP BY p.repository
)

SELECT
    p.repository, arg_max(p.after, {'at': p."at", 'digest': p.digest}) AS head,
    arg_max(p.source, {'at': p."at", 'digest': p.digest}) AS source
FROM pushes AS p INNER JOIN told AS t ON p.repository = t.repository AND p.branch = t.branch
WHERE p.after IS NOT NULL
GROUP BY p.repository;
