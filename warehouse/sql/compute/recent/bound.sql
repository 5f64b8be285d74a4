-- The services of source keys.
SELECT key, service FROM source_keys WHERE list_contains($keys, key);
