-- Which of these commits has anybody described?
SELECT DISTINCT repository, sha FROM commits WHERE sha IN (SELECT unnest($shas));
