DROP VIEW passage_texts;
DROP VIEW memory_audiences;

ALTER TABLE messages RENAME TO messages_after;
ALTER TABLE revisions RENAME TO revisions_after;
ALTER TABLE deliveries RENAME TO deliveries_after;
ALTER TABLE model_calls RENAME TO model_calls_after;
ALTER TABLE spoken RENAME TO spoken_after;
ALTER TABLE memories RENAME TO memories_after;
ALTER TABLE memory_sources RENAME TO memory_sources_after;
ALTER TABLE memory_relations RENAME TO memory_relations_after;
ALTER TABLE memory_changes RENAME TO memory_changes_after;
ALTER TABLE memory_withheld RENAME TO memory_withheld_after;
ALTER TABLE memory_rereads RENAME TO memory_rereads_after;
ALTER TABLE memory_uses RENAME TO memory_uses_after;
ALTER TABLE memory_unsummed RENAME TO memory_unsummed_after;
ALTER TABLE memory_feedback RENAME TO memory_feedback_after;

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
INSERT INTO messages
    (id, conversation_id, seq, role, client_message_id, person_id, name, content, content_hash, revision, whole,
     reply_to, work_id, voice_version_id, house_version_id, history_cut, said_at, deleted_at)
SELECT id, conversation_id, seq, role, client_message_id, person_id, name, content, content_hash, revision, whole,
       reply_to, work_id, voice_version_id, house_version_id, history_cut, said_at, deleted_at
FROM messages_after;

CREATE TABLE revisions (
    message_id  TEXT NOT NULL REFERENCES messages (id),
    revision    INTEGER NOT NULL,
    content     TEXT NOT NULL,
    replaced_at BIGINT NOT NULL,
    PRIMARY KEY (message_id, revision)
);
INSERT INTO revisions (message_id, revision, content, replaced_at)
SELECT message_id, revision, content, replaced_at FROM revisions_after;

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
INSERT INTO deliveries
    (id, work_id, part, conversation_id, place, state, content, tried_content, buttons, answered, reply_to,
     last_part, attempts, run_after, tried_at, platform_message_id, route, fault, created_at, sent_at)
SELECT id, work_id, part, conversation_id, place, state, content, tried_content, buttons, answered, reply_to,
       last_part, attempts, run_after, tried_at, platform_message_id, route, fault, created_at, sent_at
FROM deliveries_after;

CREATE TABLE model_calls (
    id                TEXT PRIMARY KEY,
    work_id           TEXT REFERENCES work (id),
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
    called_at         BIGINT NOT NULL,
    cost              BIGINT NOT NULL DEFAULT 0,
    cached_tokens     BIGINT NOT NULL DEFAULT 0
);
INSERT INTO model_calls
    (id, work_id, attempt, model, outcome, prompt_tokens, completion_tokens, measured, first_token_ms, total_ms,
     voice_version_id, house_version_id, called_at, cost, cached_tokens)
SELECT id, work_id, attempt, model, outcome, prompt_tokens, completion_tokens, measured, first_token_ms, total_ms,
       voice_version_id, house_version_id, called_at, cost, cached_tokens
FROM model_calls_after;

CREATE TABLE spoken (
    platform_message_id TEXT NOT NULL,
    conversation_id     TEXT NOT NULL REFERENCES conversations (id),
    rule                TEXT NOT NULL,
    reply_id            TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (platform_message_id, conversation_id)
);
INSERT INTO spoken (platform_message_id, conversation_id, rule, reply_id)
SELECT platform_message_id, conversation_id, rule, reply_id FROM spoken_after;

CREATE TABLE memories (
    id                 TEXT PRIMARY KEY,
    conversation_id    TEXT NOT NULL REFERENCES conversations (id),
    seq                BIGINT NOT NULL,
    reach              TEXT NOT NULL CHECK (reach IN ('scene', 'guild')),
    subject_kind       TEXT NOT NULL CHECK (subject_kind IN ('person', 'persona', 'name')),
    subject_key        TEXT NOT NULL,
    subject_name       TEXT NOT NULL,
    teller_id          TEXT REFERENCES people (id),
    kind               TEXT NOT NULL CHECK (kind IN
                           ('fact', 'preference', 'event', 'plan', 'relation', 'instruction', 'summary', 'self')),
    topic              TEXT NOT NULL,
    statement          TEXT NOT NULL,
    statement_hash     TEXT NOT NULL,
    importance         INTEGER NOT NULL CHECK (importance BETWEEN 1 AND 10),
    confidence         INTEGER NOT NULL CHECK (confidence BETWEEN 0 AND 100),
    said_at            BIGINT NOT NULL,
    happened_at        BIGINT,
    happened_precision TEXT NOT NULL CHECK (happened_precision IN ('', 'year', 'month', 'day', 'minute')),
    valid_from         BIGINT NOT NULL,
    valid_to           BIGINT,
    tags               TEXT NOT NULL,
    pinned             INTEGER NOT NULL CHECK (pinned IN (0, 1)),
    state              TEXT NOT NULL CHECK (state IN ('live', 'doubted', 'archived')),
    writer             TEXT NOT NULL CHECK (writer IN ('person', 'model')),
    author             TEXT NOT NULL,
    prompt_version     TEXT NOT NULL,
    uses               INTEGER NOT NULL,
    last_used_at       BIGINT,
    recorded_at        BIGINT NOT NULL,
    changed_at         BIGINT NOT NULL
);
INSERT INTO memories
    (id, conversation_id, seq, reach, subject_kind, subject_key, subject_name, teller_id, kind, topic, statement,
     statement_hash, importance, confidence, said_at, happened_at, happened_precision, valid_from, valid_to, tags,
     pinned, state, writer, author, prompt_version, uses, last_used_at, recorded_at, changed_at)
SELECT id, conversation_id, seq, reach, subject_kind, subject_key, subject_name, teller_id, kind, topic, statement,
       statement_hash, importance, confidence, said_at, happened_at, happened_precision, valid_from, valid_to,
       tags, pinned, state, writer, author, prompt_version, uses, last_used_at, recorded_at, changed_at
FROM memories_after;

CREATE TABLE memory_sources (
    memory_id  TEXT NOT NULL REFERENCES memories (id),
    message_id TEXT NOT NULL REFERENCES messages (id),
    PRIMARY KEY (memory_id, message_id)
);
INSERT INTO memory_sources (memory_id, message_id)
SELECT memory_id, message_id FROM memory_sources_after;

CREATE TABLE memory_relations (
    memory_id TEXT NOT NULL REFERENCES memories (id),
    relation  TEXT NOT NULL CHECK (relation IN
                  ('supersedes', 'contradicts', 'duplicates', 'derived_from', 'related')),
    other_id  TEXT NOT NULL REFERENCES memories (id),
    made_at   BIGINT NOT NULL,
    PRIMARY KEY (memory_id, relation, other_id)
);
INSERT INTO memory_relations (memory_id, relation, other_id, made_at)
SELECT memory_id, relation, other_id, made_at FROM memory_relations_after;

CREATE TABLE memory_changes (
    id              TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversations (id),
    memory_id       TEXT,
    message_id      TEXT,
    work_id         TEXT NOT NULL,
    action          TEXT NOT NULL CHECK (action IN
                        ('add', 'supersede', 'merge', 'repeat', 'discard', 'edit', 'pin', 'archive', 'doubt', 'reopen',
                         'forget', 'undo', 'link')),
    candidate       TEXT NOT NULL,
    likeness        INTEGER NOT NULL,
    before_state    TEXT NOT NULL,
    after_state     TEXT NOT NULL,
    reason          TEXT NOT NULL,
    actor           TEXT NOT NULL,
    made_at         BIGINT NOT NULL,
    undone_at       BIGINT
);
INSERT INTO memory_changes
    (id, conversation_id, memory_id, message_id, work_id, action, candidate, likeness, before_state, after_state,
     reason, actor, made_at, undone_at)
SELECT id, conversation_id, memory_id, message_id, work_id, action, candidate, likeness, before_state, after_state,
       reason, actor, made_at, undone_at
FROM memory_changes_after;

CREATE TABLE memory_withheld (
    message_id  TEXT PRIMARY KEY REFERENCES messages (id),
    withheld_at BIGINT NOT NULL
);
INSERT INTO memory_withheld (message_id, withheld_at)
SELECT message_id, withheld_at FROM memory_withheld_after;

CREATE TABLE memory_rereads (
    message_id      TEXT PRIMARY KEY REFERENCES messages (id),
    conversation_id TEXT NOT NULL REFERENCES conversations (id),
    marked_at       BIGINT NOT NULL
);
INSERT INTO memory_rereads (message_id, conversation_id, marked_at)
SELECT message_id, conversation_id, marked_at FROM memory_rereads_after;

CREATE TABLE memory_uses (
    reply_id  TEXT NOT NULL REFERENCES messages (id),
    position  INTEGER NOT NULL,
    memory_id TEXT NOT NULL REFERENCES memories (id),
    why       TEXT NOT NULL,
    PRIMARY KEY (reply_id, position)
);
INSERT INTO memory_uses (reply_id, position, memory_id, why)
SELECT reply_id, position, memory_id, why FROM memory_uses_after;

CREATE TABLE memory_unsummed (
    memory_id TEXT PRIMARY KEY REFERENCES memories (id),
    since     BIGINT NOT NULL
);
INSERT INTO memory_unsummed (memory_id, since)
SELECT memory_id, since FROM memory_unsummed_after;

CREATE TABLE memory_feedback (
    memory_id TEXT NOT NULL REFERENCES memories (id),
    person_id TEXT NOT NULL REFERENCES people (id),
    verdict   TEXT NOT NULL CHECK (verdict IN ('helpful', 'wrong')),
    given_at  BIGINT NOT NULL,
    PRIMARY KEY (memory_id, person_id)
);
INSERT INTO memory_feedback (memory_id, person_id, verdict, given_at)
SELECT memory_id, person_id, verdict, given_at FROM memory_feedback_after;

DROP TABLE memory_feedback_after;
DROP TABLE memory_unsummed_after;
DROP TABLE memory_uses_after;
DROP TABLE memory_rereads_after;
DROP TABLE memory_withheld_after;
DROP TABLE memory_changes_after;
DROP TABLE memory_relations_after;
DROP TABLE memory_sources_after;
DROP TABLE memories_after;
DROP TABLE spoken_after;
DROP TABLE model_calls_after;
DROP TABLE deliveries_after;
DROP TABLE revisions_after;
DROP TABLE messages_after;

CREATE UNIQUE INDEX messages_client ON messages (conversation_id, client_message_id);
CREATE INDEX messages_work ON messages (work_id);
CREATE INDEX messages_person ON messages (person_id);
CREATE INDEX messages_name ON messages (conversation_id, name);
CREATE INDEX messages_taken_back ON messages (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX messages_said ON messages (conversation_id, said_at);
CREATE INDEX messages_answering ON messages (reply_to) WHERE reply_to IS NOT NULL;
CREATE INDEX deliveries_due ON deliveries (run_after, id) WHERE state = 'owed';
CREATE INDEX deliveries_lane ON deliveries (conversation_id, place, part) WHERE state IN ('live', 'owed', 'sending');
CREATE INDEX deliveries_said ON deliveries (platform_message_id) WHERE platform_message_id <> '';
CREATE INDEX deliveries_dropped ON deliveries (work_id) WHERE state = 'dropped';
CREATE INDEX model_calls_work ON model_calls (work_id);
CREATE INDEX model_calls_time ON model_calls (called_at);
CREATE INDEX memories_scene ON memories (conversation_id, subject_key);
CREATE UNIQUE INDEX memories_place ON memories (conversation_id, seq);
CREATE INDEX memories_teller ON memories (teller_id, conversation_id);
CREATE UNIQUE INDEX memories_once ON memories (conversation_id, subject_key, statement_hash)
    WHERE state = 'live' AND valid_to IS NULL;
CREATE INDEX memories_recorded ON memories (conversation_id, recorded_at);
CREATE INDEX memories_pinned ON memories (conversation_id) WHERE pinned = 1;
CREATE INDEX memories_opened ON memories (conversation_id) WHERE reach = 'guild';
CREATE INDEX memories_plans ON memories (teller_id, happened_at) WHERE kind = 'plan';
CREATE INDEX memory_sources_message ON memory_sources (message_id);
CREATE INDEX memory_relations_other ON memory_relations (other_id);
CREATE INDEX memory_changes_memory ON memory_changes (memory_id);
CREATE INDEX memory_changes_message ON memory_changes (message_id);
CREATE INDEX memory_changes_made ON memory_changes (conversation_id, made_at);
CREATE INDEX memory_changes_undone ON memory_changes (conversation_id) WHERE undone_at IS NOT NULL;
CREATE INDEX memory_rereads_scene ON memory_rereads (conversation_id);
CREATE INDEX memory_uses_memory ON memory_uses (memory_id);
CREATE INDEX memory_feedback_person ON memory_feedback (person_id);
CREATE INDEX memory_feedback_given ON memory_feedback (given_at);
CREATE INDEX events_message ON events (message_id);

CREATE VIEW passage_texts AS
SELECT p.number, m.content AS words, m.content_hash FROM passages p JOIN messages m ON m.id = p.source_id
UNION ALL
SELECT p.number, y.statement, 'memory:' || y.statement_hash FROM passages p JOIN memories y ON y.id = p.source_id;

CREATE VIEW memory_audiences AS
-- Those it was said before.
SELECT m.id AS memory_id, m.conversation_id AS audience_id, '' AS person_id, 0 AS shared
FROM memories m
UNION ALL
-- The same people with another persona; what a persona says of itself is never another's.
SELECT m.id, a.id, '', 1
FROM conversations a
JOIN conversations s ON s.platform = a.platform AND s.channel_id = a.channel_id AND s.persona_id <> a.persona_id
JOIN memories m ON m.conversation_id = s.id
WHERE s.guild_id || '' = a.guild_id AND s.kind = a.kind AND m.subject_kind <> 'persona'
UNION ALL
-- A thread's people see its channel as well; the channel's people need not see the thread.
SELECT m.id, a.id, '', CASE WHEN s.persona_id = a.persona_id THEN 0 ELSE 1 END
FROM conversations a
JOIN conversations s ON s.platform = a.platform AND s.channel_id = a.parent_id
JOIN memories m ON m.conversation_id = s.id
WHERE a.kind = 'thread' AND s.guild_id || '' = a.guild_id AND a.guild_id <> ''
  AND (s.persona_id = a.persona_id OR m.subject_kind <> 'persona')
UNION ALL
-- What somebody with the right to do so opened to the whole guild.
SELECT m.id, a.id, '', CASE WHEN s.persona_id = a.persona_id THEN 0 ELSE 1 END
FROM conversations a
JOIN conversations s ON s.guild_id = a.guild_id AND s.platform = a.platform
JOIN memories m ON m.conversation_id = s.id
WHERE a.guild_id <> '' AND s.channel_id <> a.channel_id AND m.reach = 'guild'
  AND (a.kind <> 'thread' OR s.channel_id <> a.parent_id)
  AND (s.persona_id = a.persona_id OR m.subject_kind <> 'persona')
UNION ALL
-- In their direct conversation people are reminded of what they told the persona themselves in guilds.
SELECT m.id, a.id, m.teller_id, 0
FROM memories m
JOIN conversations s ON s.id = m.conversation_id
JOIN conversations a ON a.platform = s.platform AND a.persona_id = s.persona_id
WHERE a.kind = 'dm' AND a.guild_id = '' AND s.guild_id <> '' AND m.teller_id IS NOT NULL;
