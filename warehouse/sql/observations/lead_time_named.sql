-- Lead time of the commits that a deployment names, whatever they follow on: one row per deployment and commit. With
-- `whole_push` also of what came with them in the same push. In whole minutes none of 0 counts.
WITH named AS (
    SELECT
        d.service, d.source, d.environment, d.production, d.deployment, d.first_success_at AS "at", d.url,
        unnest(d.commits) AS c
    FROM deployments AS d
    WHERE d.first_success_at IS NOT NULL
),

meant AS (
    SELECT n.* EXCLUDE (c), n.c.repository AS repository, n.c.sha AS sha FROM named AS n WHERE NOT $whole_push
    UNION ALL
    SELECT n.* EXCLUDE (c), n.c.repository, unnest(list_append(coalesce(p.shas, []), n.c.sha)) FROM named AS n
    LEFT JOIN pushes AS p ON n.c.repository = p.repository AND n.c.sha = p.after
    WHERE $whole_push
),

dated AS (
    SELECT m.*, min(k.committed_at) AS committed_at
    FROM meant AS m
    INNER JOIN commits AS k ON m.repository = k.repository AND m.sha = k.sha
    GROUP BY ALL
),

timed AS (SELECT d.*, (epoch_us(d."at") - epoch_us(d.committed_at)) / 1e6 AS seconds FROM dated AS d)

SELECT
    t.service, t.source, t.environment, t.production, t."at",
    CASE WHEN $minutes = 'down' THEN floor(t.seconds / 60) * 60 ELSE t.seconds END AS value, 1.0 AS weight, t.sha AS ref,
    t.url, 'deployment ' || t.deployment || ' names it' AS because
FROM timed AS t
WHERE CASE WHEN $minutes = 'down' THEN t.seconds >= 60 ELSE t.seconds >= 0 END;
