-- New deliveries by hour and source, of the last two days; an hour without any has no row.
SELECT date_trunc('hour', d.received_at) AS "at", d.source, count(*) AS stored
FROM deliveries AS d
WHERE d.received_at > $since
GROUP BY ALL
ORDER BY ALL;
