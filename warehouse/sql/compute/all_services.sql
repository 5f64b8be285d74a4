-- Every service there is: for a compute from nothing.
SELECT service FROM source_keys
UNION
SELECT name FROM entities WHERE kind = 'component'
ORDER BY ALL;
