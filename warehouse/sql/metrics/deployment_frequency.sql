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
SELECT r.service, r.source, r.environment, r.production, r."at", r.value, r.weight, r.ref, r.url, r.because
FROM reached AS r;
