-- Why deliveries could not become events.
INSERT INTO dead_letters BY NAME SELECT * FROM batch;
