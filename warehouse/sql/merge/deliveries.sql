-- Keeps new deliveries, body byte for byte.
INSERT INTO deliveries BY NAME SELECT * FROM batch;
