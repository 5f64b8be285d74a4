-- The branches that are ahead, each once.
SELECT DISTINCT repository, head FROM lagging ORDER BY ALL;
