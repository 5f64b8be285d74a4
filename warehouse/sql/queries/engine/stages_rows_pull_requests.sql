-- Pull requests, to say why none counts.
SELECT
    r.service, r.source, r.repository, r.number, r.reviewed_at IS NOT NULL AS reviewed,
    r.approved_at IS NOT NULL AS approved, r.merged_at IS NOT NULL AS merged,
    coalesce(r.merged_at, r.approved_at, r.reviewed_at, r.asked_at, r.closed_at) AS "at"
FROM service_pull_requests AS r;
