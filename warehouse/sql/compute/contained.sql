-- Writes what the walk over the graph found. In a monorepo a commit is the service's where a file of it lies under one of
-- its paths, and whose a merge is that tells no files isn't known; a commit that nobody described (known only as somebody's
-- parent) is no change that can be dated.
INSERT INTO contained BY NAME
WITH prefixes AS (
    SELECT service, list(prefix) AS prefixes FROM service_paths WHERE service IN (FROM scope) GROUP BY service
),

touching AS (
    SELECT repository, sha, max(files) AS files FROM commits
    WHERE repository IN (SELECT repository FROM service_repositories SEMI JOIN prefixes USING (service))
    GROUP BY ALL
),

judged AS (
    SELECT
        w.*, w.because = 'shipped' OR starts_with(w.because, 'squash:') OR starts_with(w.because, 'copy:') AS counted,
        CASE
            WHEN w.because = 'baseline' THEN 'baseline'
            WHEN w.committed_at IS NULL THEN 'undescribed'
            WHEN p.prefixes IS NULL THEN w.because
            WHEN w.because = 'merge' AND coalesce(len(t.files), 0) = 0 THEN 'merge_no_paths'
            WHEN t.files IS NULL AND counted THEN 'no_paths'
            -- A commit without files touches nothing; what stands for others says nothing by that.
            WHEN t.files IS NOT NULL AND NOT coalesce(touches(t.files, p.prefixes), NOT counted) THEN 'other_paths'
            ELSE w.because
        END AS judgement
    FROM found_commits AS w
    LEFT JOIN prefixes AS p ON w.service = p.service
    LEFT JOIN touching AS t ON p.service IS NOT NULL AND w.repository = t.repository AND w.sha = t.sha
)

SELECT
    service, environment, repository, sha, source, deployment, judged.at, reached,
    counted AND judgement = because AS counted, judgement AS because, committed_at
FROM judged;
