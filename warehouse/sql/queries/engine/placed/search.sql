-- The bucket of each moment, searched for: where slots would be too many.
SELECT o.*, b.bucket, b.days
FROM observations AS o
ASOF JOIN buckets AS b ON o."at" >= b.starts
WHERE o."at" >= $since AND o."at" < $until AND o."at" < b.ends;
