-- title: Deployment frequency
-- question: How often do we deploy to production?
-- unit: per day
-- aggregate: count_per_day
-- statistics: per_day, count, days_per_week, weekly_average
-- better: higher
-- band: deployment_frequency
-- needs: deployments
-- once: none
-- description: Deployments that reached production, at their first success, per day of the window. A redeploy and a
--   rollback are deployments too; a rollout that never succeeded is not.
SELECT
    d.service, d.source, d.environment, d.production, d.first_success_at AS "at", 1.0 AS value, 1.0 AS weight,
    d.deployment AS ref, d.url,
    'reached ' || d.environment || coalesce(' with ' || d.version, '') AS because
FROM deployments AS d
WHERE d.first_success_at IS NOT NULL;
