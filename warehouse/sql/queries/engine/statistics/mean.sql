-- The weighted mean; of zeros and ones, the share. Summed exactly, so that the order of rows doesn't show.
SELECT
    c.key, c.bucket, count(*) AS n, fsum(c.value * c.weight) AS numerator, fsum(c.weight) AS denominator,
    fsum(c.value * c.weight) / fsum(c.weight) AS value
FROM counted AS c
GROUP BY c.key, c.bucket;
