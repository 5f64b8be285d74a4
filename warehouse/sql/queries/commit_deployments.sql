-- Where the commits whose SHA begins so went live first, and why they count there or not.
SELECT
    c.repository, c.sha, c.service, c.environment, d.production, c.source, c.deployment, c."at", c.counted, c.because,
    (epoch_us(c."at") - epoch_us(c.committed_at)) / 1e6 AS lead_time_seconds, d.url
FROM contained AS c
LEFT JOIN deployments AS d
    ON c.service = d.service AND c.environment = d.environment AND c.source = d.source AND c.deployment = d.deployment
WHERE starts_with(c.sha, $sha)
ORDER BY c."at", c.service, c.environment;
