-- Adds the rows of `batch` that deployment_events doesn't hold yet: same digest within the batch's own time range.
INSERT INTO deployment_events BY NAME
SELECT DISTINCT ON (b.digest) b.* FROM batch AS b
WHERE NOT EXISTS (
    FROM deployment_events AS f WHERE f."at" BETWEEN $first AND $last AND f.digest = b.digest
);
