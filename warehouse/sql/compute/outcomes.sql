-- What the walk says of each deployment: as it was found before where nothing changed, else as walked now.
CREATE OR REPLACE TEMP TABLE outcomes AS
SELECT
    d.service, d.environment, d.source, d.deployment, d.baseline, d.graph, d.rollback, d.returned_to,
    e.source AS blamed_source, e.deployment AS blamed_deployment
FROM deployments AS d
INNER JOIN pairs AS p ON d.service = p.service AND d.environment = p.environment
LEFT JOIN failure_evidence AS e
    ON e.via = 'rollback' AND d.service = e.service AND d.environment = e.environment AND d.source = e.ref_source
        AND d.deployment = e.ref
WHERE p.walk <> 'fresh' AND d.first_success_at IS NOT NULL
UNION ALL BY NAME
FROM found_outcomes;
