-- title: Deployment days per week
-- question: On how many days of a week do we deploy?
-- unit: days per week
-- aggregate: days_per_week
-- statistics: days_per_week
-- better: higher
-- band: none
-- needs: deployments
-- once: none
-- description: The median, over the whole weeks of the window, of the days on which anything of the slice reached production;
--   weeks without a deployment count as 0. A window shorter than a week is counted as one.
SELECT
    d.service, d.source, d.environment, d.production, d.first_success_at AS "at", 1.0 AS value, 1.0 AS weight,
    d.deployment AS ref, d.url,
    'reached ' || d.environment || coalesce(' with ' || d.version, '') AS because
FROM deployments AS d
WHERE d.first_success_at IS NOT NULL;
