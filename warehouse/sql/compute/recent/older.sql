-- Commits among these that were described by facts from before then.
SELECT DISTINCT repository, sha FROM commits WHERE committed_at < $since AND sha IN (SELECT unnest($shas));
