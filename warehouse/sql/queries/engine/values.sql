-- A value for every slice and bucket, those without observations too, beside that of the bucket before.
SELECT * FROM (
    SELECT
        k.key, b.bucket, coalesce(s.n, 0) AS n, CAST(s.numerator AS DOUBLE) AS numerator,
        CAST(s.denominator AS DOUBLE) AS denominator, CAST(s.value AS DOUBLE) AS value,
        lag(CAST(s.value AS DOUBLE)) OVER (PARTITION BY k.key ORDER BY b.bucket) AS previous
    FROM (SELECT DISTINCT m.key FROM members AS m) AS k
    CROSS JOIN buckets AS b
    LEFT JOIN statistic AS s ON k.key = s.key AND b.bucket = s.bucket
)
WHERE bucket > 0
ORDER BY key, bucket
LIMIT $most;
