-- The commits of the graph, and whether each is a merge: by its parents; where they are unknown by the pull request it
-- merged (its push lists that request's head), by a push whose new head comes with commits known before, or by git's own
-- wording; where another new commit of that push is the merge in git's words, the head need not be one.
WITH worded AS (
    SELECT DISTINCT c.repository, c.sha FROM commits AS c
    WHERE c.repository IN (SELECT repository FROM graph_commits) AND starts_with(c.title, 'Merge ') AND regexp_matches(
        c.title, '^Merge (branch|branches|pull request|remote-tracking branch|remote-tracking branches) '
    )
),

mixed AS (
    SELECT repository, after AS sha, new_shas FROM graph_pushes
    WHERE NOT forced AND before IS NOT NULL AND list_contains(new_shas, after) AND len(shas) > len(new_shas)
),

explained AS (
    SELECT n.repository, n.sha FROM (SELECT repository, sha, unnest(new_shas) AS new_sha FROM mixed) AS n
    SEMI JOIN worded AS w ON n.repository = w.repository AND n.new_sha = w.sha
),

heads AS (
    SELECT m.repository, m.sha FROM mixed AS m
    ANTI JOIN explained AS e ON m.repository = e.repository AND m.sha = e.sha
    UNION
    SELECT r.repository, r.merge_sha
    FROM pull_requests AS r
    INNER JOIN graph_pushes AS p ON r.repository = p.repository AND r.merge_sha = p.after
    WHERE r.merge_sha <> r.head_sha AND list_contains(p.shas, r.head_sha)
    UNION
    FROM worded
)

SELECT
    k.repository, list(k.sha) AS shas,
    list(CASE WHEN k.parents IS NULL THEN h.sha IS NOT NULL ELSE len(k.parents) > 1 END) AS merges
FROM graph_commits AS k
LEFT JOIN heads AS h ON k.repository = h.repository AND k.sha = h.sha
GROUP BY k.repository;
