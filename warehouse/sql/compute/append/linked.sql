-- Which of these names, SHAs or beginnings of SHAs do incidents or fixes link to?
SELECT deployment FROM incident_events WHERE deployment IN (SELECT unnest($names))
UNION ALL
SELECT fixes FROM deployments WHERE fixes IN (SELECT unnest($names));
