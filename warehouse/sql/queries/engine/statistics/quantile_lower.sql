-- A percentile that is an observation: the median of an even number is the lower of the two in the middle.
SELECT
    c.key, c.bucket, count(*) AS n, CAST(NULL AS DOUBLE) AS numerator, CAST(NULL AS DOUBLE) AS denominator,
    quantile_disc(c.value, $quantile) AS value
FROM counted AS c
GROUP BY c.key, c.bucket;
