-- The paths of services in monorepos.
SELECT service, prefix FROM service_paths WHERE list_contains($services, service);
