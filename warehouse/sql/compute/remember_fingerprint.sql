-- The settings that the derived tables are made with now.
INSERT INTO computed_with VALUES ($fingerprint);
