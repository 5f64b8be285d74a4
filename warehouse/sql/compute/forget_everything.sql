-- A compute from nothing begins with nothing.
DELETE FROM service_repositories;
DELETE FROM services;
DELETE FROM deployments;
DELETE FROM contained;
DELETE FROM awaited;
DELETE FROM undeployed;
DELETE FROM failure_evidence;
DELETE FROM incidents;
DELETE FROM pull_requests;
