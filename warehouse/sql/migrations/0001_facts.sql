-- The facts: what senders said, deduplicated by content, never interpreted.
-- No index anywhere: a primary key makes a commit at 10 M rows take 340-920 ms; duplicates are found by `digest`
-- (64 bits over the row's content) within the time range of the batch. `at` is always the event's own time, UTC.

CREATE TABLE deliveries (
    digest UBIGINT NOT NULL,            -- models.delivery.Delivery.digest
    source VARCHAR NOT NULL,
    delivery_id VARCHAR NOT NULL,
    event_type VARCHAR NOT NULL,        -- the sender's own name of it
    received_at TIMESTAMPTZ NOT NULL,
    outcome VARCHAR NOT NULL,           -- parsed | ignored | dead
    key VARCHAR NOT NULL,
    headers VARCHAR NOT NULL,           -- JSON object; only what parse needs
    body BLOB NOT NULL                  -- byte for byte
);

CREATE TABLE dead_letters (
    digest UBIGINT NOT NULL,
    kind VARCHAR NOT NULL,              -- rejected | unknown_type
    reason VARCHAR NOT NULL
);

CREATE TABLE duplicate_deliveries (     -- counted, not kept: received = stored + duplicates
    source VARCHAR NOT NULL,
    event_type VARCHAR NOT NULL,
    received_at TIMESTAMPTZ NOT NULL,
    n BIGINT NOT NULL
);

CREATE TABLE consumed (                 -- how far this store has read; written in the facts' own transaction
    topic_id VARCHAR NOT NULL,          -- Kafka's topic UUID: (topic, partition, offset) is not unique over a re-created topic
    topic VARCHAR NOT NULL,
    partition INTEGER NOT NULL,
    next_offset BIGINT NOT NULL
);

CREATE TABLE touched (                  -- outbox: what compute still has to look at
    key VARCHAR NOT NULL                -- a source key, or deployment=ID, incident=SOURCE/ID, pull_request=OWNER/NAME#N, catalog=
);

CREATE TABLE touched_commits (          -- outbox: commits of which something new is known
    repository VARCHAR NOT NULL,
    sha VARCHAR NOT NULL
);

CREATE TABLE touched_edges (            -- outbox: what new pushes prove to contain what
    repository VARCHAR NOT NULL,
    child VARCHAR NOT NULL,
    parent VARCHAR NOT NULL
);

CREATE TABLE pushes (
    digest UBIGINT NOT NULL,
    source VARCHAR NOT NULL,
    repository VARCHAR NOT NULL,
    branch VARCHAR NOT NULL,
    "at" TIMESTAMPTZ NOT NULL,
    before VARCHAR,                     -- NULL: the push created the branch
    after VARCHAR,                      -- NULL: the push deleted the branch
    forced BOOLEAN NOT NULL,
    total INTEGER NOT NULL,             -- how many commits it brought; more than listed = truncated
    shas VARCHAR[] NOT NULL,            -- listed commits, oldest first
    new_shas VARCHAR[] NOT NULL,        -- those of them that are new to the repository (`distinct`), oldest first
    default_branch VARCHAR,
    key VARCHAR NOT NULL,               -- source key
    told_until TIMESTAMPTZ NOT NULL     -- the latest of `at` and its commits' dates; year 9999: it doesn't date `after`
);

CREATE TABLE commits (                  -- one row per (repository, sha): senders that know more fill in what is NULL
    repository VARCHAR NOT NULL,
    sha VARCHAR NOT NULL,
    committed_at TIMESTAMPTZ NOT NULL,  -- committer date
    title VARCHAR NOT NULL,             -- first line of the message
    author VARCHAR,                     -- keyed hash
    handle VARCHAR,
    parents VARCHAR[],                  -- git's own; NULL where only pushes told of it
    files VARCHAR[],                    -- NULL where nobody told them
    reverts VARCHAR[] NOT NULL          -- from "This reverts commit <sha>"
);

CREATE TABLE pull_request_events (
    digest UBIGINT NOT NULL,
    source VARCHAR NOT NULL,
    repository VARCHAR NOT NULL,
    number BIGINT NOT NULL,
    status VARCHAR NOT NULL,
    "at" TIMESTAMPTZ NOT NULL,
    title VARCHAR,
    head_sha VARCHAR,
    merge_sha VARCHAR,
    head_branch VARCHAR,
    base_branch VARCHAR,
    head_repository VARCHAR,
    labels VARCHAR[],                   -- NULL: this event doesn't tell
    author VARCHAR,
    handle VARCHAR,
    commits INTEGER,
    reverts_number BIGINT,              -- from "Reverts OWNER/NAME#N"
    url VARCHAR
);

CREATE TABLE deployment_events (
    digest UBIGINT NOT NULL,
    source VARCHAR NOT NULL,
    deployment VARCHAR NOT NULL,
    environment VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    "at" TIMESTAMPTZ NOT NULL,
    key VARCHAR NOT NULL,               -- source key: service=NAME, ANNOTATION=VALUE or repository=OWNER/NAME
    commits STRUCT(repository VARCHAR, sha VARCHAR)[] NOT NULL,  -- repository NULL: to be found by the SHA
    version VARCHAR,
    ref VARCHAR,
    rollback BOOLEAN NOT NULL,
    fixes VARCHAR,
    failed BOOLEAN NOT NULL,
    production BOOLEAN,
    url VARCHAR
);

CREATE TABLE incident_events (
    digest UBIGINT NOT NULL,
    source VARCHAR NOT NULL,
    incident VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    "at" TIMESTAMPTZ NOT NULL,
    keys VARCHAR[] NOT NULL,            -- source keys, as in deployment_events
    deployment VARCHAR,                 -- the sender's explicit link: id, SHA or version
    severity VARCHAR,
    title VARCHAR,
    url VARCHAR,
    described_at TIMESTAMPTZ NOT NULL   -- since when the link, severity, title and url are so
);

CREATE TABLE catalog_snapshots (        -- the newest per location counts
    digest UBIGINT NOT NULL,
    source VARCHAR NOT NULL,
    location VARCHAR NOT NULL,
    "at" TIMESTAMPTZ NOT NULL,
    entities VARCHAR NOT NULL           -- JSON array of Backstage entities
);
