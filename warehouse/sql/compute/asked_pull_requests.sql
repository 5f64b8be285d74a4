-- The pull requests of which more is known now, and what was known of them before.
CREATE OR REPLACE TEMP TABLE asked_pull_requests AS
SELECT DISTINCT e.repository, e.number FROM pull_request_events AS e
WHERE 'pull_request=' || e.repository || '#' || e.number IN (SELECT key FROM work);

CREATE OR REPLACE TEMP TABLE pull_requests_before AS
SELECT r.repository, r.number, r.merge_sha, r.head_sha, r.fork FROM pull_requests AS r
SEMI JOIN asked_pull_requests AS a ON r.repository = a.repository AND r.number = a.number;
