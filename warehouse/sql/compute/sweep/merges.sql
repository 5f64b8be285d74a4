-- Which commits are merges although no parents say so, as warehouse.compute.proven has it: by the pull request they merged
-- (the push lists that request's head), by a push whose new head comes with commits known before, or by git's own wording;
-- where another new commit of that push is the merge in git's words, the head need not be one.
CREATE OR REPLACE TEMP TABLE sweep_merges AS
WITH worded AS (
    SELECT DISTINCT repository, sha FROM told_commits
    WHERE starts_with(title, 'Merge ') AND regexp_matches(
        title, '^Merge (branch|branches|pull request|remote-tracking branch|remote-tracking branches) '
    )
),

mixed AS (
    SELECT repository, after AS sha, new_shas FROM told_pushes
    WHERE NOT forced AND before IS NOT NULL AND len(shas) > len(new_shas) AND list_contains(new_shas, after)
),

explained AS (
    SELECT n.repository, n.sha FROM (SELECT repository, sha, unnest(new_shas) AS new_sha FROM mixed) AS n
    SEMI JOIN worded AS w ON n.repository = w.repository AND n.new_sha = w.sha
)

SELECT hash(m.repository, m.sha) AS key FROM mixed AS m
ANTI JOIN explained AS e ON m.repository = e.repository AND m.sha = e.sha
UNION
SELECT hash(r.repository, r.merge_sha)
FROM pull_requests AS r
INNER JOIN told_pushes AS p ON r.repository = p.repository AND r.merge_sha = p.after
WHERE r.merge_sha <> r.head_sha AND list_contains(p.shas, r.head_sha)
UNION
SELECT hash(repository, sha) FROM worded;
