-- How far each topic has been read.
SELECT topic_id, topic, partition, next_offset FROM consumed ORDER BY ALL;
