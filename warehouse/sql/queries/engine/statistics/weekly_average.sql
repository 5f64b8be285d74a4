-- How many per week that the bucket touches, as a whole number; weeks of the reporting time zone.
WITH weeks AS (
    SELECT b.bucket, 1 + date_diff(
        'day',
        date_trunc('week', timezone($timezone, b.starts) + to_days($week_shift)),
        date_trunc('week', timezone($timezone, b.ends) - INTERVAL 1 MICROSECOND + to_days($week_shift))
    ) // 7 AS many
    FROM buckets AS b
)

SELECT
    c.key, c.bucket, count(*) AS n, sum(c.weight) AS numerator, CAST(max(w.many) AS DOUBLE) AS denominator,
    CAST(count(*) // max(w.many) AS DOUBLE) AS value
FROM counted AS c INNER JOIN weeks AS w ON c.bucket = w.bucket
GROUP BY c.key, c.bucket;
