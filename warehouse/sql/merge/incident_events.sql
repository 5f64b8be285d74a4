-- Adds the rows of `batch` that incident_events doesn't hold yet: same digest within the batch's own time range.
INSERT INTO incident_events BY NAME
SELECT DISTINCT ON (b.digest) b.* FROM batch AS b
WHERE NOT EXISTS (
    FROM incident_events AS f WHERE f."at" BETWEEN $first AND $last AND f.digest = b.digest
);
