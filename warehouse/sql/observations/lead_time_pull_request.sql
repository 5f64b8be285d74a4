-- Lead time of the pull requests that a deployment shipped: the sum of the parts that the profile names. A part that is
-- unknown or below zero is left out of the sum; in whole minutes each part is rounded up.
WITH moments AS (
    SELECT r.*, b.first_at
    FROM asked AS r
    LEFT JOIN branch_commits AS b ON r.repository = b.repository AND r.number = b.number
),

parts AS (
    SELECT m.*, unnest([
        {'part': 'coding', 'seconds': (epoch_us(m.opened_at) - epoch_us(m.first_at)) / 1e6},
        {'part': 'open', 'seconds': (epoch_us(m.merged_at) - epoch_us(m.opened_at)) / 1e6},
        {'part': 'pickup', 'seconds': (epoch_us(m.reviewed_at) - epoch_us(m.opened_at)) / 1e6},
        {'part': 'rework', 'seconds': (epoch_us(m.approved_at) - epoch_us(m.reviewed_at)) / 1e6},
        {'part': 'merge', 'seconds': (epoch_us(m.merged_at) - epoch_us(m.approved_at)) / 1e6},
        {'part': 'deploy', 'seconds': (epoch_us(m.deployed_at) - epoch_us(m.merged_at)) / 1e6}
    ]) AS p
    FROM moments AS m
)

SELECT
    p.service, p.deployed_by AS source, p.environment, p.production,
    p."at",
    sum(CASE WHEN $minutes = 'up' THEN ceil(p.p.seconds / 60) * 60 ELSE p.p.seconds END) AS value, 1.0 AS weight,
    p.repository || '#' || p.number AS ref, p.url,
    array_to_string(list(p.p.part ORDER BY list_position($parts, p.p.part)), ' + ')
    || ', live with deployment ' || p.deployment AS because
FROM parts AS p
WHERE p.p.seconds >= 0 AND list_contains($parts, p.p.part)
GROUP BY
    p.service, p.deployed_by, p.environment, p.production, p."at", p.deployed_at, p.repository, p.number, p.url,
    p.deployment;
