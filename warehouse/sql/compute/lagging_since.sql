-- The earliest moment of those at which something reached production last, of the services that lag.
SELECT min(last_at)
FROM (
    SELECT d.service, max(d.first_success_at) AS last_at FROM deployments AS d
    INNER JOIN walking AS w ON d.service = w.service AND d.environment = w.environment
    GROUP BY d.service, d.environment
);
