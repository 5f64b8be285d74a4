-- The commits of the graph, and whether each is a merge: by its parents; where they are unknown by the pull request it
-- merged (its push lists that request's head), by a push whose new head comes with commits known before, or by git's own
-- wording.
WITH known AS (
    SELECT repository, sha, max(parents) AS parents, max(title) AS title FROM graph_commits GROUP BY ALL
),

heads AS (
    SELECT p.repository, p.after AS sha FROM graph_pushes AS p
    WHERE NOT p.forced AND p.before IS NOT NULL
        AND list_contains(p.new_shas, p.after) AND len(p.shas) > len(p.new_shas)
    UNION
    SELECT r.repository, r.merge_sha
    FROM pull_requests AS r
    INNER JOIN graph_pushes AS p ON r.repository = p.repository AND r.merge_sha = p.after
    WHERE r.merge_sha <> r.head_sha AND list_contains(p.shas, r.head_sha)
)

SELECT
    k.repository, k.sha,
    CASE
        WHEN k.parents IS NOT NULL THEN len(k.parents) > 1
        ELSE h.sha IS NOT NULL OR regexp_matches(
            k.title, '^Merge (branch|branches|pull request|remote-tracking branch|remote-tracking branches) '
        )
    END AS merge
FROM known AS k
LEFT JOIN heads AS h ON k.repository = h.repository AND k.sha = h.sha;
