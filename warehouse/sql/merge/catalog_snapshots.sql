-- Adds the rows of `batch` that catalog_snapshots doesn't hold yet: same digest within the batch's own time range.
INSERT INTO catalog_snapshots BY NAME
SELECT DISTINCT ON (b.digest) b.* FROM batch AS b
WHERE NOT EXISTS (
    FROM catalog_snapshots AS f WHERE f."at" BETWEEN $first AND $last AND f.digest = b.digest
);
