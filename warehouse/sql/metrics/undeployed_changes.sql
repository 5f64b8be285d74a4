-- title: Undeployed changes
-- question: How many changes wait to reach production?
-- unit: seconds
-- aggregate: count
-- statistics: count, max, p50, p75, p90, p95, mean, min
-- better: lower
-- band: none
-- needs: waiting
-- once: none
-- description: Commits that are on the default branch now and that no production deployment of the service contains; merges
--   don't count. A squash counts once. Other statistics are of their age when the window ends, by the time of the commit:
--   `max` is the oldest's. What was committed before the window still waits: it counts where the window begins.
SELECT
    u.service, u.source, CAST(NULL AS VARCHAR) AS environment, true AS production,
    greatest(min(c.committed_at), CAST($began AS TIMESTAMPTZ)) AS "at",
    (epoch_us(CAST($until AS TIMESTAMPTZ)) - epoch_us(min(c.committed_at))) / 1e6 AS value, 1.0 AS weight, u.sha AS ref,
    CAST(NULL AS VARCHAR) AS url, 'committed ' || strftime(min(c.committed_at), '%Y-%m-%d') || ': ' || min(c.title) AS because
FROM undeployed AS u
INNER JOIN commits AS c ON u.repository = c.repository AND u.sha = c.sha
GROUP BY u.service, u.source, u.repository, u.sha
HAVING min(c.committed_at) < CAST($until AS TIMESTAMPTZ);
