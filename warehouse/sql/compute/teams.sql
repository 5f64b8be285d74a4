-- From the newest snapshot of each catalog location.
INSERT INTO teams BY NAME SELECT * FROM batch;
