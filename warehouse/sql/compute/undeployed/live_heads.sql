-- The heads that are live in production.
SELECT c.service, c.repository, c.sha FROM contained AS c
SEMI JOIN deployments AS d
    ON c.service = d.service AND c.environment = d.environment AND d.production AND d.first_success_at IS NOT NULL
WHERE c.reached AND c.service IN (SELECT unnest($services)) AND c.sha IN (SELECT unnest($heads));
