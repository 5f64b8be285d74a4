-- Commits of `batch` that are new or of which more is known than before; run before they are merged.
INSERT INTO touched_commits
SELECT DISTINCT b.repository, b.sha FROM batch AS b
WHERE NOT EXISTS (
    FROM commits AS c
    WHERE c.committed_at BETWEEN $first AND $last AND c.committed_at = b.committed_at
        AND c.sha = b.sha AND c.repository = b.repository
        AND c.title IS NOT DISTINCT FROM b.title
        AND (b.parents IS NULL OR c.parents IS NOT DISTINCT FROM b.parents)
        AND (b.files IS NULL OR c.files IS NOT DISTINCT FROM b.files)
        AND c.reverts IS NOT DISTINCT FROM b.reverts
);
