-- Evidence 2, rollback: a later deployment went back behind this one; the walk over the graph says which is blamed.
INSERT INTO failure_evidence BY NAME
SELECT
    r.service, r.environment, r.blamed_source AS source, r.blamed_deployment AS deployment, 'rollback' AS kind,
    2 AS trust, r.first_success_at AS "at", r.deployment AS ref,
    'deployment ' || r.deployment || ' rolled back to the version before this one' AS because, r.url,
    'rollback' AS via, r.source AS ref_source
FROM live AS r WHERE r.blamed_deployment IS NOT NULL;
