-- Services whose news may change what was found of their other deployments: deployments that repair, fail, go back, come
-- before others or change after they went live; those that links name or incidents followed; and first ones, of which
-- more has to be found than of the next.
INSERT INTO again
WITH links AS (
    SELECT service, unnest([deployment, version, ref, commits[1].sha]) AS link FROM news
    UNION ALL SELECT service, unnest(commits[2:]).sha FROM news
),

linking AS (
    SELECT DISTINCT deployment AS link FROM incident_events WHERE deployment IS NOT NULL
    UNION SELECT DISTINCT fixes FROM deployments WHERE fixes IS NOT NULL
)

SELECT service FROM news
WHERE flagged_rollback OR marked_failed OR fixes IS NOT NULL
    OR coalesce(regexp_matches(replace(ref, 'refs/heads/', ''), $hotfix_branch_pattern), false)
    OR b.rollback OR b.failed OR b.marked_failed OR b.remediation IS NOT NULL OR b.fixes IS NOT NULL
    OR b.first_success_at IS NOT NULL AND (
        first_success_at IS DISTINCT FROM b.first_success_at OR production <> b.production OR commits <> b.commits
        OR version IS DISTINCT FROM b.version OR ref IS DISTINCT FROM b.ref
    )
    OR newly_live AND (
        last_at IS NULL OR first_success_at <= last_at OR production AND NOT in_production AND len(commits) > 0
    )
UNION
SELECT n.service FROM news AS n
INNER JOIN incidents AS i ON n.service = i.service AND i.opened_at >= n.first_success_at
WHERE n.newly_live
UNION
SELECT l.service FROM links AS l
INNER JOIN linking AS k ON l.link = k.link OR len(k.link) BETWEEN 7 AND 39 AND starts_with(l.link, k.link)
UNION
SELECT n.service FROM (SELECT service, unnest(commits).repository AS repository FROM news) AS n
ANTI JOIN service_repositories AS r ON n.service = r.service AND n.repository = r.repository
WHERE n.repository IS NOT NULL;
