-- When something reached the production environments of services last, and whether any commit was found that did.
SELECT service, environment, max(first_success_at) AS last_at, bool_or(graph IN ('known', 'partial')) AS known
FROM deployments
WHERE production AND first_success_at IS NOT NULL AND service IN (SELECT unnest($services))
GROUP BY service, environment;
