-- Adds the rows of `batch` that pushes doesn't hold yet: same digest within the batch's own time range.
INSERT INTO pushes BY NAME
SELECT DISTINCT ON (b.digest) b.* FROM batch AS b
WHERE NOT EXISTS (
    FROM pushes AS f WHERE f."at" BETWEEN $first AND $last AND f.digest = b.digest
);
