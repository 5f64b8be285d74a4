-- What each success of a swept walk deployed: a commit's number, or -1 where it names none.
SELECT
    s.owner, s.pair, coalesce(n.node, -1) AS node, coalesce(n.described, false) AS described,
    CASE WHEN s.version IS NOT NULL THEN hash(s.version) END AS version, s.flagged_rollback AS flagged
FROM sweep_successes AS s
LEFT JOIN sweep_nodes AS n ON hash(s.repository, s.sha) = n.key AND s.sha IS NOT NULL
ORDER BY s.owner;
