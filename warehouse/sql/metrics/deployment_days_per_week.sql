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
SELECT r.service, r.source, r.environment, r.production, r."at", r.value, r.weight, r.ref, r.url, r.because
FROM reached AS r;
