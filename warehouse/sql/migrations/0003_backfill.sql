-- Backfill: facts that no delivery told. Their frames are kept as raw deliveries are, so that a rebuild has them too.

CREATE TABLE backfilled (
    digest UBIGINT NOT NULL,            -- of the frame: the same facts again are not kept twice
    run VARCHAR NOT NULL,               -- what was read: `git acme/pay`, `github acme/pay` …
    written_at TIMESTAMPTZ NOT NULL,
    fact_table VARCHAR NOT NULL,
    facts BIGINT NOT NULL,              -- rows
    frame BLOB NOT NULL                 -- Parquet; columns as warehouse.rows.SCHEMAS has them
);

CREATE TABLE backfill_runs (            -- how far each run came: an interrupted one goes on, a finished one reads only what is new
    run VARCHAR NOT NULL,
    state VARCHAR NOT NULL,             -- what the run reads, in words of its own (git: its references' commits)
    done BIGINT NOT NULL,               -- records read
    finished BOOLEAN NOT NULL,
    known VARCHAR[] NOT NULL            -- what finished runs have read completely (git: commits that were heads)
);
