-- How many new deliveries came in the last minute, hour and day.
SELECT
    count(*) FILTER (d.received_at > $minute) AS last_minute, count(*) FILTER (d.received_at > $hour) AS last_hour,
    count(*) AS last_day
FROM deliveries AS d
WHERE d.received_at > $day;
