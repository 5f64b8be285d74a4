-- Remembers that a migration ran, in its own transaction.
INSERT INTO migrations VALUES ($name, now());
