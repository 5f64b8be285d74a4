-- The facts that tell the swept graphs.
CREATE OR REPLACE TEMP TABLE sweep_repositories AS
SELECT DISTINCT repository FROM sweep_successes WHERE repository IS NOT NULL;

CREATE OR REPLACE TEMP VIEW told_commits AS
SELECT * FROM commits WHERE repository IN (FROM sweep_repositories);

CREATE OR REPLACE TEMP VIEW told_pushes AS
SELECT * FROM pushes WHERE after IS NOT NULL AND repository IN (FROM sweep_repositories);
