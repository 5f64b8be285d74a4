-- The buckets by slot: each moment's bucket is found by division.
SELECT o.*, s.bucket, s.days
FROM observations AS o
INNER JOIN (
    SELECT b.bucket, b.days, b.ends, b.starts, unnest(range(b.first_slot, b.end_slot)) AS slot FROM buckets AS b
) AS s ON (epoch_us(o."at") - $origin) // $size = s.slot
WHERE o."at" >= $since AND o."at" < $until AND o."at" >= s.starts AND o."at" < s.ends;
