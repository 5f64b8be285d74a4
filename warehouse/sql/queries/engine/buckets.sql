-- The buckets of a question: number 0 is the window (or bucket) before, 1… are answered. Cut in the reporting time zone.
SELECT
    generate_subscripts($starts, 1) - 1 AS bucket, unnest($starts) AS starts,
    unnest($ends) AS ends, unnest($days) AS days, unnest($slots) AS first_slot, unnest($end_slots) AS end_slot;
