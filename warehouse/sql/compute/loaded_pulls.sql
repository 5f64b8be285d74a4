-- The pull requests that merged to a commit of the loaded graphs, as warehouse.compute.proven.Pull.
SELECT r.repository, r.merge_sha, r.head_sha, r.merged_at IS NOT NULL AND NOT r.fork AS lands
FROM pull_requests AS r
SEMI JOIN (
    SELECT repository, sha FROM graph_commits
    UNION
    SELECT repository, after FROM graph_pushes
    UNION
    SELECT repository, unnest(new_shas) FROM graph_pushes
) AS g ON r.repository = g.repository AND r.merge_sha = g.sha;
