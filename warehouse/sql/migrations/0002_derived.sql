-- The derived tables: what compute makes of the facts. Any of it can be dropped and made again, identically.

CREATE TABLE entities (
    ref VARCHAR NOT NULL,               -- component:default/payments
    kind VARCHAR NOT NULL,
    namespace VARCHAR NOT NULL,
    name VARCHAR NOT NULL,              -- as shown: NAME, or NAMESPACE/NAME outside `default`
    title VARCHAR,
    description VARCHAR,
    type VARCHAR,
    lifecycle VARCHAR,
    tier VARCHAR,
    owner VARCHAR,                      -- shown name of the group (or user)
    system VARCHAR,
    domain VARCHAR,
    parent VARCHAR,
    location VARCHAR NOT NULL,
    entity VARCHAR NOT NULL             -- the JSON as loaded
);

CREATE TABLE bindings (                 -- source key → service
    annotation VARCHAR NOT NULL,        -- github.com/project-slug
    value VARCHAR NOT NULL,             -- lower case
    service VARCHAR NOT NULL
);

CREATE TABLE source_keys (              -- every source key seen in facts, resolved; several services in a monorepo
    key VARCHAR NOT NULL,               -- service=NAME | ANNOTATION=VALUE | repository=OWNER/NAME
    service VARCHAR NOT NULL
);

CREATE TABLE service_repositories (     -- where a service's commits live: bound, or named by its deployments and pushes
    service VARCHAR NOT NULL,
    repository VARCHAR NOT NULL
);

CREATE TABLE service_paths (            -- monorepo: leadline.dev/paths
    service VARCHAR NOT NULL,
    prefix VARCHAR NOT NULL
);

CREATE TABLE teams (                    -- a team has its own services and those of the groups below it
    team VARCHAR NOT NULL,
    member VARCHAR NOT NULL             -- the team itself, or a group below it
);

CREATE TABLE services (                 -- every service: in the catalog, or discovered in events
    service VARCHAR NOT NULL,
    in_catalog BOOLEAN NOT NULL,
    title VARCHAR,
    team VARCHAR,                       -- owner
    system VARCHAR,
    domain VARCHAR,
    tier VARCHAR
);

CREATE TABLE deployments (
    service VARCHAR NOT NULL,
    environment VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    deployment VARCHAR NOT NULL,        -- the sender's id
    production BOOLEAN NOT NULL,
    status VARCHAR NOT NULL,            -- the newest by the event's own time
    started_at TIMESTAMPTZ NOT NULL,    -- its first event
    first_success_at TIMESTAMPTZ,       -- reached its environment
    last_failure_at TIMESTAMPTZ,
    version VARCHAR,
    ref VARCHAR,
    url VARCHAR,
    commits STRUCT(repository VARCHAR, sha VARCHAR)[] NOT NULL,
    graph VARCHAR NOT NULL,             -- no_sha | unknown | partial | known: could its commits be found? not_live: never asked
    baseline BOOLEAN NOT NULL,          -- the first observed: ships nothing
    shipped INTEGER NOT NULL,           -- commits it shipped
    rollback BOOLEAN NOT NULL,
    returned_to VARCHAR,                -- rollback: the deployment whose version it went back to
    remediation VARCHAR,                -- why it is a repair: rollback | hotfix | revert | fixes; NULL: it is none
    fixes VARCHAR,
    marked_failed BOOLEAN NOT NULL,
    failed BOOLEAN NOT NULL,
    failed_by VARCHAR,                  -- the deciding evidence: explicit | rollback | revert | incident
    recovered_at TIMESTAMPTZ,
    recovered_by VARCHAR                -- incident | rollback | revert | fixes
);

CREATE TABLE contained (                -- for each commit: the first deployment of a service and environment that contained it
    service VARCHAR NOT NULL,
    environment VARCHAR NOT NULL,
    repository VARCHAR NOT NULL,
    sha VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    deployment VARCHAR NOT NULL,
    "at" TIMESTAMPTZ NOT NULL,            -- that deployment's first success
    reached BOOLEAN NOT NULL,           -- reachable in the graph (else only exchanged for a squash or a copy)
    counted BOOLEAN NOT NULL,           -- a change it shipped
    because VARCHAR NOT NULL,           -- shipped | baseline | merge | squash:<sha> | copy:<sha> | exchanged | other_paths | no_paths
    committed_at TIMESTAMPTZ            -- NULL: the commit itself is not known
);

CREATE TABLE awaited (                  -- commits whose later arrival changes what a service and environment contained
    service VARCHAR NOT NULL,
    environment VARCHAR NOT NULL,
    repository VARCHAR NOT NULL,
    sha VARCHAR NOT NULL
);

CREATE TABLE failure_evidence (
    service VARCHAR NOT NULL,
    environment VARCHAR NOT NULL,
    source VARCHAR NOT NULL,            -- of the failed deployment
    deployment VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,              -- explicit | rollback | revert | incident
    trust INTEGER NOT NULL,             -- 1 explicit … 4 incident window; the lowest decides
    "at" TIMESTAMPTZ NOT NULL,            -- when the evidence came to be
    ref VARCHAR NOT NULL,               -- incident id, deployment id or SHA
    because VARCHAR NOT NULL,           -- a sentence
    url VARCHAR,
    via VARCHAR,                        -- incident_link | fixes | marked | rollback | revert | incident_window
    ref_source VARCHAR                  -- the source that `ref` is of
);

CREATE TABLE incidents (                -- one row per incident and service; service NULL where none is known
    source VARCHAR NOT NULL,
    incident VARCHAR NOT NULL,
    service VARCHAR,
    status VARCHAR NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    opening_known BOOLEAN NOT NULL,     -- false: `opened_at` is only the first that was told of it
    acknowledged_at TIMESTAMPTZ,
    resolved_at TIMESTAMPTZ,            -- NULL while open (again)
    severity VARCHAR,
    title VARCHAR,
    deployment VARCHAR,                 -- the sender's explicit link
    url VARCHAR
);

CREATE TABLE pull_requests (
    source VARCHAR NOT NULL,
    repository VARCHAR NOT NULL,
    number BIGINT NOT NULL,
    status VARCHAR NOT NULL,            -- open | merged | closed
    title VARCHAR,
    author VARCHAR,
    handle VARCHAR,
    head_sha VARCHAR,
    merge_sha VARCHAR,
    head_branch VARCHAR,
    base_branch VARCHAR,
    fork BOOLEAN NOT NULL,
    labels VARCHAR[] NOT NULL,
    commits INTEGER,
    reverts_number BIGINT,
    opened_at TIMESTAMPTZ,
    ready_at TIMESTAMPTZ,
    reviewed_at TIMESTAMPTZ,
    approved_at TIMESTAMPTZ,
    merged_at TIMESTAMPTZ,
    closed_at TIMESTAMPTZ,
    url VARCHAR
);

CREATE TABLE computed_with (            -- the settings that shaped the derived tables; others mean a full compute
    fingerprint VARCHAR NOT NULL
);
