-- A percentile, interpolated: the median of an even number is the mean of the two in the middle.
SELECT
    c.key, c.bucket, count(*) AS n, CAST(NULL AS DOUBLE) AS numerator, CAST(NULL AS DOUBLE) AS denominator,
    quantile_cont(c.value, $quantile) AS value
FROM counted AS c
GROUP BY c.key, c.bucket;
