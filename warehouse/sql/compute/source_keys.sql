-- Resolves source keys not seen before: the named service; else the services that the catalog binds to the key; else a
-- discovered service named after the key. A repository is bound by any host's slug annotation, in any case of letters.
-- Gives the services of keys that are new.
INSERT INTO source_keys
WITH fresh AS (
    SELECT w.key, split_part(w.key, '=', 1) AS annotation, substr(w.key, strpos(w.key, '=') + 1) AS value
    FROM work AS w
    WHERE split_part(w.key, '=', 1) NOT IN ('deployment', 'incident', 'pull_request', 'catalog')
        AND w.key NOT IN (SELECT key FROM source_keys)
)

SELECT DISTINCT f.key, coalesce(b.service, f.value)
FROM fresh AS f
LEFT JOIN bindings AS b ON f.annotation <> 'service' AND b.value = lower(f.value)
    AND (
        b.annotation = f.annotation
        OR f.annotation = 'repository' AND b.annotation IN (
            'github.com/project-slug', 'gitlab.com/project-slug', 'bitbucket.org/repo-slug',
            'dev.azure.com/project-repo'
        )
    )
RETURNING service;
