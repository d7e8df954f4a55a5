-- The first conversation: who speaks, who answers, what was said, what is owed, and what is on its way.
-- Times are milliseconds since the Unix epoch. Ids of a platform are kept as it writes them, '' for none.

CREATE TABLE people (
    id             TEXT PRIMARY KEY,
    platform       TEXT NOT NULL,
    platform_id    TEXT NOT NULL,
    name           TEXT NOT NULL,
    first_heard_at BIGINT NOT NULL,
    last_heard_at  BIGINT NOT NULL,
    UNIQUE (platform, platform_id)
);

-- A persona with guild_id '' belongs to every guild; a guild's own persona of that name stands before it.
CREATE TABLE personas (
    id           TEXT PRIMARY KEY,
    guild_id     TEXT NOT NULL,
    name         TEXT NOT NULL,
    display_name TEXT NOT NULL,
    description  TEXT NOT NULL,
    status       TEXT NOT NULL CHECK (status IN ('active', 'coming_soon', 'discontinued', 'archived')),
    source       TEXT NOT NULL CHECK (source IN ('file', 'person')),
    file_hash    TEXT NOT NULL,
    version      INTEGER NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    UNIQUE (guild_id, name)
);

CREATE TABLE persona_versions (
    id         TEXT PRIMARY KEY,
    persona_id TEXT NOT NULL REFERENCES personas (id),
    number     INTEGER NOT NULL,
    sheet      TEXT NOT NULL,
    author     TEXT NOT NULL,
    reason     TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (persona_id, number)
);

-- Every word a persona answers to: its name, its display name and its aliases, folded for comparison.
CREATE TABLE persona_names (
    guild_id   TEXT NOT NULL,
    name_key   TEXT NOT NULL,
    persona_id TEXT NOT NULL REFERENCES personas (id),
    PRIMARY KEY (guild_id, name_key)
);

CREATE INDEX persona_names_persona ON persona_names (persona_id);

-- persona_id '' is the system's own prompts, which every persona shares.
CREATE TABLE prompt_versions (
    id         TEXT PRIMARY KEY,
    persona_id TEXT NOT NULL,
    slot       TEXT NOT NULL,
    number     INTEGER NOT NULL,
    template   TEXT NOT NULL,
    author     TEXT NOT NULL,
    reason     TEXT NOT NULL,
    active     INTEGER NOT NULL CHECK (active IN (0, 1)),
    created_at BIGINT NOT NULL,
    UNIQUE (persona_id, slot, number)
);

CREATE UNIQUE INDEX prompt_versions_one_active ON prompt_versions (persona_id, slot) WHERE active = 1;

CREATE TABLE bindings (
    platform   TEXT NOT NULL,
    channel_id TEXT NOT NULL,
    guild_id   TEXT NOT NULL,
    persona_id TEXT NOT NULL REFERENCES personas (id),
    mode       TEXT NOT NULL CHECK (mode IN ('always', 'mention')),
    bound_by   TEXT NOT NULL,
    bound_at   BIGINT NOT NULL,
    PRIMARY KEY (platform, channel_id)
);

-- Which persona a person talks with where nobody else is named: per guild, '' in direct messages.
CREATE TABLE choices (
    platform    TEXT NOT NULL,
    platform_id TEXT NOT NULL,
    guild_id    TEXT NOT NULL,
    persona_id  TEXT NOT NULL REFERENCES personas (id),
    chosen_at   BIGINT NOT NULL,
    PRIMARY KEY (platform, platform_id, guild_id)
);

CREATE TABLE conversations (
    id         TEXT PRIMARY KEY,
    platform   TEXT NOT NULL,
    channel_id TEXT NOT NULL,
    guild_id   TEXT NOT NULL,
    parent_id  TEXT NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('dm', 'channel', 'thread', 'terminal')),
    persona_id TEXT NOT NULL REFERENCES personas (id),
    last_seq   BIGINT NOT NULL,
    fresh_seq  BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (platform, channel_id, persona_id)
);

CREATE INDEX conversations_guild ON conversations (guild_id);

-- What we owe. A lane is done in order: one item of it at most is running or retrying.
CREATE TABLE work (
    id              TEXT PRIMARY KEY,
    lane            TEXT NOT NULL,
    capability      TEXT NOT NULL,
    conversation_id TEXT NOT NULL REFERENCES conversations (id),
    person_id       TEXT REFERENCES people (id),
    dedupe_key      TEXT,
    payload         TEXT NOT NULL,
    state           TEXT NOT NULL
        CHECK (state IN ('ready', 'running', 'retrying', 'done', 'buried', 'cancelled')),
    run_after       BIGINT NOT NULL,
    deadline_at     BIGINT,
    attempts        INTEGER NOT NULL,
    leased_by       TEXT NOT NULL,
    lease_until     BIGINT NOT NULL,
    partial         TEXT NOT NULL,
    fault           TEXT NOT NULL,
    detail          TEXT NOT NULL,
    created_at      BIGINT NOT NULL,
    finished_at     BIGINT
);

CREATE UNIQUE INDEX work_lane_held ON work (lane) WHERE state IN ('running', 'retrying');
CREATE UNIQUE INDEX work_waiting ON work (dedupe_key) WHERE state = 'ready';
CREATE INDEX work_ready ON work (run_after, id) WHERE state = 'ready';
CREATE INDEX work_retrying ON work (run_after, id) WHERE state = 'retrying';
CREATE INDEX work_ready_lane ON work (lane, id) WHERE state = 'ready';
CREATE INDEX work_leased ON work (lease_until) WHERE state = 'running';
CREATE INDEX work_unsettled ON work (conversation_id, id) WHERE state <> 'done';
CREATE INDEX work_finished ON work (finished_at) WHERE finished_at IS NOT NULL;

-- What was heard and what became of it: the claim that makes hearing a message twice harmless.
CREATE TABLE events (
    platform          TEXT NOT NULL,
    client_message_id TEXT NOT NULL,
    message_id        TEXT NOT NULL,
    verdict           TEXT NOT NULL,
    rule              TEXT NOT NULL,
    heard_at          BIGINT NOT NULL,
    PRIMARY KEY (platform, client_message_id)
);

CREATE INDEX events_message ON events (message_id);

CREATE TABLE messages (
    id                TEXT PRIMARY KEY,
    conversation_id   TEXT NOT NULL REFERENCES conversations (id),
    seq               BIGINT NOT NULL,
    role              TEXT NOT NULL CHECK (role IN ('person', 'persona')),
    client_message_id TEXT,
    person_id         TEXT REFERENCES people (id),
    name              TEXT NOT NULL,
    content           TEXT NOT NULL,
    content_hash      TEXT NOT NULL,
    revision          INTEGER NOT NULL,
    whole             INTEGER NOT NULL CHECK (whole IN (0, 1)),
    reply_to          TEXT REFERENCES messages (id),
    work_id           TEXT REFERENCES work (id),
    voice_version_id  TEXT REFERENCES prompt_versions (id),
    house_version_id  TEXT REFERENCES prompt_versions (id),
    history_cut       INTEGER NOT NULL CHECK (history_cut IN (0, 1)),
    said_at           BIGINT NOT NULL,
    deleted_at        BIGINT,
    UNIQUE (conversation_id, seq)
);

CREATE UNIQUE INDEX messages_client ON messages (conversation_id, client_message_id);
CREATE INDEX messages_work ON messages (work_id);
CREATE INDEX messages_person ON messages (person_id);

-- What a message read before it was edited.
CREATE TABLE revisions (
    message_id  TEXT NOT NULL REFERENCES messages (id),
    revision    INTEGER NOT NULL,
    content     TEXT NOT NULL,
    replaced_at BIGINT NOT NULL,
    PRIMARY KEY (message_id, revision)
);

-- Parts of replies on their way. The id is the nonce; (work_id, part) makes a second reply impossible.
-- In doubt: tried (tried_at is not null) and not acknowledged (platform_message_id is '').
CREATE TABLE deliveries (
    id                  TEXT PRIMARY KEY,
    work_id             TEXT NOT NULL REFERENCES work (id),
    part                INTEGER NOT NULL,
    conversation_id     TEXT NOT NULL REFERENCES conversations (id),
    place               BIGINT NOT NULL,
    state               TEXT NOT NULL CHECK (state IN ('live', 'owed', 'sending', 'sent', 'dropped')),
    content             TEXT NOT NULL,
    tried_content       TEXT NOT NULL,
    buttons             TEXT NOT NULL,
    answered            TEXT NOT NULL,
    reply_to            TEXT NOT NULL,
    last_part           INTEGER NOT NULL CHECK (last_part IN (0, 1)),
    attempts            INTEGER NOT NULL,
    run_after           BIGINT NOT NULL,
    tried_at            BIGINT,
    platform_message_id TEXT NOT NULL,
    route               TEXT NOT NULL,
    fault               TEXT NOT NULL,
    created_at          BIGINT NOT NULL,
    sent_at             BIGINT,
    UNIQUE (work_id, part)
);

CREATE INDEX deliveries_due ON deliveries (run_after, id) WHERE state = 'owed';
CREATE INDEX deliveries_lane ON deliveries (conversation_id, place, part) WHERE state IN ('live', 'owed', 'sending');
CREATE INDEX deliveries_said ON deliveries (platform_message_id) WHERE platform_message_id <> '';

CREATE TABLE model_calls (
    id                TEXT PRIMARY KEY,
    work_id           TEXT NOT NULL REFERENCES work (id),
    attempt           INTEGER NOT NULL,
    model             TEXT NOT NULL,
    outcome           TEXT NOT NULL,
    prompt_tokens     INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    measured          INTEGER NOT NULL CHECK (measured IN (0, 1)),
    first_token_ms    BIGINT,
    total_ms          BIGINT NOT NULL,
    voice_version_id  TEXT REFERENCES prompt_versions (id),
    house_version_id  TEXT REFERENCES prompt_versions (id),
    called_at         BIGINT NOT NULL
);

CREATE INDEX model_calls_work ON model_calls (work_id);
CREATE INDEX model_calls_time ON model_calls (called_at);

-- How far each channel was heard; channel_id '' is the last time all of the platform was.
CREATE TABLE cursors (
    platform   TEXT NOT NULL,
    channel_id TEXT NOT NULL,
    position   BIGINT NOT NULL,
    moved_at   BIGINT NOT NULL,
    PRIMARY KEY (platform, channel_id)
);

-- Small facts about the outside that save work, such as which commands Discord already has.
CREATE TABLE markers (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    set_at BIGINT NOT NULL
);
