-- The median, over the weeks of a bucket, of the days on which something happened. Whole weeks, or partial ones too; a
-- bucket without a whole week is counted as one. Days and weeks are those of the reporting time zone.
WITH walls AS (
    SELECT b.bucket, timezone($timezone, b.starts) AS starts, timezone($timezone, b.ends) AS ends FROM buckets AS b
),

touched AS (
    SELECT w.bucket, w.starts AS first_at, w.ends AS last_at, unnest(generate_series(
        date_trunc('week', w.starts + to_days($week_shift)) - to_days($week_shift),
        w.ends - INTERVAL 1 MICROSECOND, INTERVAL 7 DAY
    )) AS starts
    FROM walls AS w
),

chosen_weeks AS (
    SELECT t.bucket, t.starts, t.starts + INTERVAL 7 DAY AS ends FROM touched AS t
    WHERE $partial_weeks OR (t.starts >= t.first_at AND t.starts + INTERVAL 7 DAY <= t.last_at)
),

weeks AS (
    FROM chosen_weeks
    UNION ALL
    SELECT w.bucket, w.starts, w.ends FROM walls AS w ANTI JOIN chosen_weeks AS c ON w.bucket = c.bucket
),

moments AS (SELECT c.key, c.bucket, timezone($timezone, c."at") AS moment FROM counted AS c),

busy AS (
    SELECT m.key, m.bucket, w.starts, count(DISTINCT CAST(m.moment AS DATE)) AS days
    FROM moments AS m
    INNER JOIN weeks AS w ON m.bucket = w.bucket AND m.moment >= w.starts AND m.moment < w.ends
    GROUP BY ALL
),

each_week AS (
    SELECT n.key, n.bucket, n.n, coalesce(b.days, 0) AS days
    FROM (SELECT m.key, m.bucket, count(*) AS n FROM moments AS m GROUP BY ALL) AS n
    INNER JOIN weeks AS w ON n.bucket = w.bucket
    LEFT JOIN busy AS b ON n.key = b.key AND w.bucket = b.bucket AND w.starts = b.starts
)

SELECT
    e.key, e.bucket, max(e.n) AS n, CAST(NULL AS DOUBLE) AS numerator, CAST(NULL AS DOUBLE) AS denominator,
    CASE WHEN $lower_median THEN quantile_disc(CAST(e.days AS DOUBLE), 0.5) ELSE quantile_cont(e.days, 0.5) END AS value
FROM each_week AS e
GROUP BY e.key, e.bucket;
