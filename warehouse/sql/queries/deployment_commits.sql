-- The commits that an id's deployments shipped, the oldest first.
SELECT
    c.service, c.environment, c.source, c.deployment, c.repository, c.sha, any_value(k.title) AS title,
    c.committed_at, (epoch_us(c."at") - epoch_us(c.committed_at)) / 1e6 AS lead_time_seconds, c.because
FROM contained AS c
LEFT JOIN commits AS k ON c.repository = k.repository AND c.sha = k.sha
WHERE c.counted AND (c.deployment = $id OR c.source || ':' || c.deployment = $id)
GROUP BY ALL
ORDER BY c.committed_at, c.sha;
