-- What weighs nothing over what weighs: incidents (value 1, weight 0) per deployment (value 0, weight 1).
SELECT
    c.key, c.bucket, count(*) FILTER (c.weight > 0) AS n, sum(c.value) FILTER (c.weight = 0) AS numerator,
    sum(c.weight) AS denominator,
    coalesce(sum(c.value) FILTER (c.weight = 0), 0) / nullif(sum(c.weight), 0) AS value
FROM counted AS c
GROUP BY c.key, c.bucket;
