-- Marks the walks that are swept: they begin again, each deployment carries one commit at most, all of one repository, in
-- which no pull request may have left a squash or copies.
UPDATE pairs SET swept = true
FROM (
    SELECT service, environment
    FROM scoped_deployments AS d
    WHERE first_success_at IS NOT NULL
    GROUP BY service, environment
    HAVING max(len(commits)) <= 1
        AND count(DISTINCT commits[1].repository) <= 1
        AND coalesce(max(commits[1].repository), '') NOT IN (
            SELECT repository FROM pull_requests
            WHERE merged_at IS NOT NULL AND NOT fork
                AND merge_sha IS NOT NULL AND head_sha IS NOT NULL AND merge_sha <> head_sha
        )
) AS plain
WHERE pairs.walk = 'fresh' AND pairs.service = plain.service AND pairs.environment = plain.environment;
