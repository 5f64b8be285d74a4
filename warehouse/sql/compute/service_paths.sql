-- From the newest snapshot of each catalog location.
INSERT INTO service_paths BY NAME SELECT * FROM batch;
