-- Adds the commits of `batch` that aren't there yet, looked for within the batch's own range of committer dates.
INSERT INTO commits BY NAME
SELECT b.* FROM batch AS b
WHERE NOT EXISTS (
    FROM commits AS c
    WHERE c.committed_at BETWEEN $first AND $last AND c.committed_at = b.committed_at
        AND c.sha = b.sha AND c.repository = b.repository
);
