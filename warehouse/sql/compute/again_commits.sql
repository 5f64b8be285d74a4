-- Services in which what is newly known of commits changes more than what is ahead: what was live, what a deployment or its
-- place waited for, what a hotfix branch brought, where the service's commits live.
INSERT INTO again
WITH heads AS (SELECT repository, child AS sha FROM touched_edges UNION FROM touched_commits),

named AS (
    SELECT d.service FROM (SELECT service, graph, unnest(commits) AS c FROM deployments) AS d
    INNER JOIN touched_commits AS t ON d.c.sha = t.sha
    WHERE d.graph IN ('unknown', 'partial') OR d.c.repository IS DISTINCT FROM t.repository
        OR d.service IN (SELECT service FROM scope)
),

hot AS (
    SELECT p.repository FROM pushes AS p
    WHERE p.repository IN (SELECT repository FROM heads) AND p.after IN (SELECT sha FROM heads)
        AND regexp_matches(p.branch, $hotfix_branch_pattern)
),

homes AS (
    SELECT k.service, p.repository FROM pushes AS p INNER JOIN source_keys AS k ON p.key = k.key
    WHERE p.repository IN (SELECT repository FROM heads) AND starts_with(p.key, 'service=')
)

SELECT service FROM disturbed
UNION
FROM named
UNION
SELECT service FROM service_repositories WHERE repository IN (FROM hot)
UNION
SELECT h.service FROM homes AS h
ANTI JOIN service_repositories AS r ON h.service = r.service AND h.repository = r.repository;
