-- The commits of the loaded graphs, as warehouse.compute.proven.Commit.
SELECT
    repository, sha, parents,
    starts_with(title, 'Merge ') AND regexp_matches(
        title, '^Merge (branch|branches|pull request|remote-tracking branch|remote-tracking branches) '
    ) AS worded
FROM graph_commits;
