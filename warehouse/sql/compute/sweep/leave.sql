-- Repositories in which senders disagree on a commit are left to the walk.
UPDATE pairs SET swept = false
WHERE swept AND (service, environment) IN (
    SELECT (s.service, s.environment) FROM sweep_successes AS s
    WHERE s.repository IN (
        SELECT repository FROM sweep_nodes
        WHERE key IN (SELECT key FROM sweep_nodes GROUP BY key HAVING count(*) > 1)
    )
);

DELETE FROM sweep_successes WHERE (service, environment) NOT IN (SELECT (service, environment) FROM pairs WHERE swept);
