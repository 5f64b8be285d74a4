-- Why an id's deployments count as failed, the most trusted evidence first.
SELECT
    e.service, e.environment, e.source, e.deployment, e.kind, e.via, e.trust, e."at", e.ref, e.ref_source, e.because,
    e.url
FROM failure_evidence AS e
WHERE e.deployment = $id OR e.source || ':' || e.deployment = $id
ORDER BY e.trust, e."at", e.ref;
