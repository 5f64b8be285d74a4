-- How many per day of the bucket.
SELECT
    c.key, c.bucket, count(*) AS n, sum(c.weight) AS numerator, max(c.days) AS denominator,
    sum(c.weight) / max(c.days) AS value
FROM counted AS c
GROUP BY c.key, c.bucket;
