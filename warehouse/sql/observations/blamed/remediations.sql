-- Failed deployments by what was deployed to repair them: a rollback, the deployment of a revert, one that says `fixes`, or
-- a hotfix, which repairs the one right before it. The first repair ends the failure.
WITH repaired AS (
    SELECT e.service, e.environment, e.source, e.deployment, e."at" AS ended_at, e.because
    FROM failure_evidence AS e
    WHERE e.via IN ('rollback', 'revert', 'fixes')
    UNION ALL
    SELECT
        d.service, d.environment,
        lag(d.source) OVER before, lag(d.deployment) OVER before,
        CASE WHEN d.remediation = 'hotfix' THEN d.first_success_at END,
        'deployment ' || d.deployment || ' is a hotfix right after it'
    FROM deployments AS d
    WHERE d.first_success_at IS NOT NULL
    WINDOW before AS (
        PARTITION BY d.service, d.environment ORDER BY d.first_success_at, d.source, length(d.deployment), d.deployment
    )
)

SELECT
    r.service, r.environment, r.source, r.deployment, r.deployment AS ref, min(r.ended_at) AS ended_at,
    arg_min(r.because, r.ended_at) AS because
FROM repaired AS r
WHERE r.deployment IS NOT NULL AND r.ended_at IS NOT NULL
GROUP BY r.service, r.environment, r.source, r.deployment;
