-- The commits whose SHA begins so, told by pushes and histories or only known as contained.
SELECT
    coalesce(c.repository, f.repository) AS repository, coalesce(c.sha, f.sha) AS sha, any_value(c.title) AS title,
    min(coalesce(c.committed_at, f.committed_at)) AS committed_at, max(c.parents) AS parents,
    max(c.reverts) AS reverts
FROM (SELECT * FROM commits WHERE starts_with(sha, $sha)) AS c
FULL JOIN (SELECT DISTINCT repository, sha, committed_at FROM contained WHERE starts_with(sha, $sha)) AS f
    ON c.repository = f.repository AND c.sha = f.sha
GROUP BY ALL
ORDER BY ALL
LIMIT $most;
