-- Adds the rows of `batch` that pull_request_events doesn't hold yet: same digest within the batch's own time range.
INSERT INTO pull_request_events BY NAME
SELECT DISTINCT ON (b.digest) b.* FROM batch AS b
WHERE NOT EXISTS (
    FROM pull_request_events AS f WHERE f."at" BETWEEN $first AND $last AND f.digest = b.digest
);
