-- Made again from the snapshots.
DELETE FROM service_paths;
