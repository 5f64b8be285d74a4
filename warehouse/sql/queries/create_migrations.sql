-- Which migrations have run.
CREATE TABLE IF NOT EXISTS migrations (name VARCHAR NOT NULL, ran_at TIMESTAMPTZ NOT NULL);
