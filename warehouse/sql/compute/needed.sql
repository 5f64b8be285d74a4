-- The repositories that the walks need, and those of them that are needed whole: where a walk begins again.
CREATE OR REPLACE TEMP VIEW needed AS
SELECT p.service, p.environment, p.walk, r.repository
FROM walking AS p INNER JOIN service_repositories AS r USING (service);

CREATE OR REPLACE TEMP VIEW whole AS SELECT DISTINCT repository FROM needed WHERE walk = 'fresh';
