-- How events find a service: the source keys seen, and the annotations of its catalog entry.
SELECT k.key, 'seen' AS origin FROM source_keys AS k WHERE k.service = $service
UNION
SELECT b.annotation || '=' || b.value, 'catalog' FROM bindings AS b WHERE b.service = $service
ORDER BY ALL;
