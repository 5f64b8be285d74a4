-- The newest snapshot of each catalog location.
SELECT location, entities FROM catalog_snapshots
QUALIFY row_number() OVER (PARTITION BY location ORDER BY "at" DESC, digest DESC) = 1
ORDER BY location;
