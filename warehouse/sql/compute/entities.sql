-- From the newest snapshot of each catalog location.
INSERT INTO entities BY NAME SELECT * FROM batch;
