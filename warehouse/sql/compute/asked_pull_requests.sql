-- The pull requests of which more is known now, and the commits that they left behind by what was known before.
CREATE OR REPLACE TEMP TABLE asked_pull_requests AS
SELECT DISTINCT e.repository, e.number FROM pull_request_events AS e
WHERE 'pull_request=' || e.repository || '#' || e.number IN (SELECT key FROM work);

CREATE OR REPLACE TEMP TABLE changed_pull_requests AS
SELECT r.repository, unnest([r.merge_sha, r.head_sha]) AS sha FROM pull_requests AS r
SEMI JOIN asked_pull_requests AS a ON r.repository = a.repository AND r.number = a.number;
