-- Lead time of the pull requests that a deployment shipped: the sum of the parts that the profile names. A part that is
-- unknown or below zero is left out of the sum; in whole minutes each part is rounded up.
WITH moments AS (
    SELECT r.*, b.first_at
    FROM asked AS r
    LEFT JOIN branch_commits AS b ON r.repository = b.repository AND r.number = b.number
),

told AS (
    SELECT
        m.*,
        list_filter(
            list_transform($parts, lambda name: {
                'name': name,
                'seconds': CASE name
                    WHEN 'coding' THEN epoch_us(m.opened_at) - epoch_us(m.first_at)
                    WHEN 'open' THEN epoch_us(m.merged_at) - epoch_us(m.opened_at)
                    WHEN 'pickup' THEN epoch_us(m.reviewed_at) - epoch_us(m.opened_at)
                    WHEN 'rework' THEN epoch_us(m.approved_at) - epoch_us(m.reviewed_at)
                    WHEN 'merge' THEN epoch_us(m.merged_at) - epoch_us(m.approved_at)
                    WHEN 'deploy' THEN epoch_us(m.deployed_at) - epoch_us(m.merged_at)
                END / 1e6
            }), lambda part: part.seconds >= 0
        ) AS parts
    FROM moments AS m
)

SELECT
    t.service, t.deployed_by AS source, t.environment, t.production, t."at",
    list_sum(list_transform(
        t.parts, lambda part: CASE WHEN $minutes = 'up' THEN ceil(part.seconds / 60) * 60 ELSE part.seconds END
    )) AS value,
    1.0 AS weight, t.repository || '#' || t.number AS ref, t.url,
    array_to_string(list_transform(t.parts, lambda part: part.name), ' + ')
    || ', live with deployment ' || t.deployment AS because
FROM told AS t
WHERE len(t.parts) > 0;
