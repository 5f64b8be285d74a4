-- Does the catalog tell services of this repository (or this service) apart by paths?
SELECT 1 FROM service_paths
WHERE service = $service OR service IN (SELECT b.service FROM bindings AS b WHERE b.value = $repository)
LIMIT 1;
