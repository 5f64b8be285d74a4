-- Those of the services that are there.
SELECT service FROM services WHERE list_contains($services, service);
