-- How many.
SELECT
    c.key, c.bucket, count(*) AS n, sum(c.weight) AS numerator, CAST(NULL AS DOUBLE) AS denominator,
    sum(c.weight) AS value
FROM counted AS c
GROUP BY c.key, c.bucket;
