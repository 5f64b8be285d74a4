-- A sender that knows more of a commit (git's parents, touched files) fills in what is NULL; where two disagree the
-- greater value stays, so that the order of arrival doesn't matter.
UPDATE commits AS c SET
    title = greatest(c.title, b.title), author = greatest(c.author, b.author), handle = greatest(c.handle, b.handle),
    parents = greatest(c.parents, b.parents), files = greatest(c.files, b.files),
    reverts = greatest(c.reverts, b.reverts)
FROM (
    SELECT
        repository, sha, committed_at, max(title) AS title, max(author) AS author, max(handle) AS handle,
        max(parents) AS parents, max(files) AS files, max(reverts) AS reverts
    FROM batch GROUP BY ALL
) AS b
WHERE c.committed_at BETWEEN $first AND $last AND c.committed_at = b.committed_at
    AND c.sha = b.sha AND c.repository = b.repository
    AND (
        coalesce(b.title > c.title, false)
        OR coalesce(b.author > c.author, b.author IS NOT NULL AND c.author IS NULL)
        OR coalesce(b.handle > c.handle, b.handle IS NOT NULL AND c.handle IS NULL)
        OR coalesce(b.parents > c.parents, b.parents IS NOT NULL AND c.parents IS NULL)
        OR coalesce(b.files > c.files, b.files IS NOT NULL AND c.files IS NULL)
        OR coalesce(b.reverts > c.reverts, false)
    );
