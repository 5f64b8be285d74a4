-- The median of the parts' values, each counting once, however much happened in it.
SELECT
    p.key.key AS key, p.bucket, CAST(sum(p.n) AS BIGINT) AS n, CAST(NULL AS DOUBLE) AS numerator,
    CAST(NULL AS DOUBLE) AS denominator, quantile_cont(p.value, 0.5) AS value
FROM of_part AS p
GROUP BY p.key.key, p.bucket;
