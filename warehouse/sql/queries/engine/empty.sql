-- The slices and buckets without observations, of which the reason is asked.
SELECT unnest($empty_keys) AS key, unnest($empty_buckets) AS bucket;
