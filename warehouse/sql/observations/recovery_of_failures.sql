-- From a failed deployment's first success to the end of what it is blamed for: one row per failure, at its end.
SELECT
    d.service, d.source, d.environment, d.production, b.ended_at AS "at",
    (epoch_us(b.ended_at) - epoch_us(d.first_success_at)) / 1e6 AS value, 1.0 AS weight, b.ref, d.url,
    'deployment ' || d.deployment || ': ' || b.because AS because
FROM blamed AS b
INNER JOIN deployments AS d
    ON b.service = d.service AND b.environment = d.environment AND b.source = d.source AND b.deployment = d.deployment
WHERE b.ended_at >= d.first_success_at;
