-- How many commits of `batch` are there already, looked for within the batch's own range of committer dates.
SELECT count(*) FROM batch AS b
WHERE EXISTS (
    FROM commits AS c
    WHERE c.committed_at BETWEEN $first AND $last AND c.committed_at = b.committed_at
        AND c.sha = b.sha AND c.repository = b.repository
);
