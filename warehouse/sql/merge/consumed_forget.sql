-- Replaced by the positions that follow in the same transaction.
DELETE FROM consumed WHERE topic_id = $topic_id AND partition = $partition;
