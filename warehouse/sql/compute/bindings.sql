-- From the newest snapshot of each catalog location.
INSERT INTO bindings BY NAME SELECT * FROM batch;
