-- Where the newest push left the default branch; of several in one second the one that none of them went on from. A branch
-- that no sender calls the default is one by its name, or by being the only one.
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
),

last AS (
    SELECT p.repository, p.before, p.after, p.source, p.digest
    FROM pushes AS p INNER JOIN told AS t ON p.repository = t.repository AND p.branch = t.branch
    WHERE p.after IS NOT NULL
    QUALIFY p."at" = max(p."at") OVER (PARTITION BY p.repository)
),

standing AS (
    SELECT
        *,
        {
            'last': (repository, after) NOT IN (SELECT (repository, before) FROM last WHERE before IS NOT NULL),
            'digest': digest
        } AS newest
    FROM last
)

SELECT repository, arg_max(after, newest) AS head, arg_max(source, newest) AS source FROM standing GROUP BY repository;
