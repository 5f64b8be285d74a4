-- The facts that tell the swept graphs. Commits are read once: numbered, titles only where they may word a merge; `key`
-- stands for (repository, SHA), because joining 64 bits takes half the time. `told`: its parents are git's own.
CREATE OR REPLACE TEMP TABLE sweep_repositories AS
SELECT DISTINCT repository FROM sweep_successes WHERE repository IS NOT NULL;

CREATE OR REPLACE TEMP TABLE sweep_nodes AS
SELECT
    row_number() OVER () - 1 AS node, hash(repository, sha) AS key, repository, sha, committed_at, true AS described,
    parents IS NOT NULL AS told, parents, CASE WHEN starts_with(title, 'Merge ') THEN title END AS title
FROM commits WHERE repository IN (FROM sweep_repositories);

CREATE OR REPLACE TEMP VIEW told_commits AS FROM sweep_nodes;

CREATE OR REPLACE TEMP VIEW told_pushes AS
SELECT * FROM pushes WHERE after IS NOT NULL AND repository IN (FROM sweep_repositories);
