-- Writes what the walk over the graph found. In a monorepo a commit is the service's where a file of it lies under one of
-- its paths; a commit that nobody described (known only as somebody's parent) is no change that can be dated.
INSERT INTO contained BY NAME
WITH commit AS (
    SELECT repository, sha, min(committed_at) AS committed_at, max(files) AS files
    FROM commits WHERE repository IN (SELECT DISTINCT repository FROM walked)
    GROUP BY ALL
),

prefixes AS (SELECT service, list(prefix) AS prefixes FROM service_paths GROUP BY service),

judged AS (
    SELECT
        w.*, c.committed_at,
        w.because = 'shipped' OR starts_with(w.because, 'squash:') OR starts_with(w.because, 'copy:') AS counted,
        CASE
            WHEN w.because = 'baseline' THEN 'baseline'
            WHEN c.sha IS NULL THEN 'undescribed'
            WHEN p.prefixes IS NULL THEN w.because
            WHEN c.files IS NULL AND counted THEN 'no_paths'
            WHEN c.files IS NOT NULL AND NOT list_bool_or(
                list_transform(c.files, lambda f: list_bool_or(
                    list_transform(p.prefixes, lambda x: starts_with(f, x))
                ))
            ) THEN 'other_paths'
            ELSE w.because
        END AS judgement
    FROM walked AS w
    LEFT JOIN commit AS c ON w.repository = c.repository AND w.sha = c.sha
    LEFT JOIN prefixes AS p ON w.service = p.service
)

SELECT
    service, environment, repository, sha, source, deployment, judged.at, reached,
    counted AND judgement = because AS counted, judgement AS because, committed_at
FROM judged;
