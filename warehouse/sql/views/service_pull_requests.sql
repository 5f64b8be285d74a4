-- Pull requests by the services whose commits live in their repository; service NULL: none known.
CREATE OR REPLACE VIEW service_pull_requests AS
SELECT s.service, coalesce(r.ready_at, r.opened_at) AS asked_at, r.*    -- asked_at: open for review, not a draft
FROM pull_requests AS r
LEFT JOIN (
    SELECT o.service, o.repository FROM service_repositories AS o SEMI JOIN services AS k ON o.service = k.service
) AS s ON r.repository = s.repository;
