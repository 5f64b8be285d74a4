-- Each commit of `batch` once: where a batch tells it several times, the greater value stays, as in commits_enrich.sql.
SELECT
    repository, sha, committed_at, max(title) AS title, max(author) AS author, max(handle) AS handle,
    max(parents) AS parents, max(files) AS files, max(reverts) AS reverts
FROM batch GROUP BY ALL;
