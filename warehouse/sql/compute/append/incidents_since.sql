-- Incidents of services that were opened since then.
SELECT service, opened_at FROM incidents WHERE opened_at >= $since AND list_contains($services, service);
