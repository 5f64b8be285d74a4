-- The commits since then: as warehouse.compute.proven.Commit, and what else is asked of them.
SELECT
    c.repository, c.sha, c.parents,
    starts_with(c.title, 'Merge ') AND regexp_matches(
        c.title, '^Merge (branch|branches|pull request|remote-tracking branch|remote-tracking branches) '
    ) AS worded,
    epoch_us(c.committed_at) AS committed_at, len(c.reverts) > 0 AS reverting
FROM commits AS c
WHERE c.committed_at >= $since AND list_contains($repositories, c.repository);
