-- Each incident is blamed on the deployment that it names, and on no other.
SELECT
    e.service, e.environment, e.source, e.deployment, e.ref, i.resolved_at AS ended_at, e.because
FROM failure_evidence AS e
LEFT JOIN incidents AS i ON e.ref = i.incident AND e.ref_source = i.source AND e.service = i.service
WHERE e.via = 'incident_link';
