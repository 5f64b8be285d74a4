-- How far the topic has been read.
INSERT INTO consumed VALUES ($topic_id, $topic, $partition, $next_offset);
