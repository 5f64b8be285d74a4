-- Lead time of the commits that a deployment names, whatever they follow on: one row per deployment and commit. With
-- `whole_push` also of what came with them in the same push. In whole minutes none of 0 counts.
WITH named AS (
    SELECT d.*, unnest(d.commits) AS c FROM deployments AS d WHERE d.first_success_at IS NOT NULL
),

meant AS (
    SELECT n.*, n.c.repository AS repository, n.c.sha AS sha FROM named AS n
    UNION
    SELECT n.*, n.c.repository, unnest(p.shas) FROM named AS n
    INNER JOIN pushes AS p ON n.c.repository = p.repository AND n.c.sha = p.after
    WHERE $whole_push
),

dated AS (SELECT k.repository, k.sha, min(k.committed_at) AS committed_at FROM commits AS k GROUP BY k.repository, k.sha),

timed AS (
    SELECT m.*, (epoch_us(m.first_success_at) - epoch_us(k.committed_at)) / 1e6 AS seconds
    FROM meant AS m
    INNER JOIN dated AS k ON m.repository = k.repository AND m.sha = k.sha
)

SELECT
    t.service, t.source, t.environment, t.production, t.first_success_at AS "at",
    CASE WHEN $minutes = 'down' THEN floor(t.seconds / 60) * 60 ELSE t.seconds END AS value, 1.0 AS weight, t.sha AS ref,
    t.url, 'deployment ' || t.deployment || ' names it' AS because
FROM timed AS t
WHERE CASE WHEN $minutes = 'down' THEN t.seconds >= 60 ELSE t.seconds >= 0 END;
