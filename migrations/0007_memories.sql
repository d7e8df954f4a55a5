-- What personas make of what was said: one statement each, with the scene it belongs to and where it came from.

-- subject_key is a person's id, 'persona' for the persona itself, or the folded name of somebody without an account.
-- teller_id is who said it, NULL for the persona's own words. valid_to is set once a newer memory closed this one.
-- seq is its place among all that was kept of its scene.
-- topic names the one thing a memory settles ('home', 'taste: tea'), '' for none: of one topic the newest holds.
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

CREATE INDEX memories_scene ON memories (conversation_id, subject_key);
CREATE UNIQUE INDEX memories_place ON memories (conversation_id, seq);
CREATE INDEX memories_teller ON memories (teller_id);
CREATE UNIQUE INDEX memories_once ON memories (conversation_id, subject_key, statement_hash)
    WHERE state = 'live' AND valid_to IS NULL;

-- Who may come to know a memory, and nobody else: the audience is a conversation, and where person_id is not '' only
-- while it is held with that person. Whoever reads memories for people goes through this view.
CREATE VIEW memory_audiences AS
-- Those it was said before.
SELECT m.id AS memory_id, m.conversation_id AS audience_id, '' AS person_id
FROM memories m
UNION ALL
-- A thread's people see its channel as well; the channel's people need not see the thread.
SELECT m.id, a.id, ''
FROM conversations a
JOIN conversations s ON s.platform = a.platform AND s.channel_id = a.parent_id AND s.persona_id = a.persona_id
JOIN memories m ON m.conversation_id = s.id
WHERE a.kind = 'thread' AND s.guild_id = a.guild_id AND a.guild_id <> ''
UNION ALL
-- What somebody with the right to do so opened to the whole guild.
SELECT m.id, a.id, ''
FROM conversations a
JOIN conversations s ON s.guild_id = a.guild_id AND s.platform = a.platform AND s.persona_id = a.persona_id
JOIN memories m ON m.conversation_id = s.id
WHERE a.guild_id <> '' AND s.id <> a.id AND m.reach = 'guild' AND (a.kind <> 'thread' OR s.channel_id <> a.parent_id)
UNION ALL
-- In their direct conversation people are reminded of what they told the persona themselves in guilds.
SELECT m.id, a.id, m.teller_id
FROM memories m
JOIN conversations s ON s.id = m.conversation_id
JOIN conversations a ON a.platform = s.platform AND a.persona_id = s.persona_id
WHERE a.kind = 'dm' AND a.guild_id = '' AND s.guild_id <> '' AND m.teller_id IS NOT NULL;

-- The messages a memory rests on.
CREATE TABLE memory_sources (
    memory_id  TEXT NOT NULL REFERENCES memories (id),
    message_id TEXT NOT NULL REFERENCES messages (id),
    PRIMARY KEY (memory_id, message_id)
);

CREATE INDEX memory_sources_message ON memory_sources (message_id);

CREATE TABLE memory_relations (
    memory_id TEXT NOT NULL REFERENCES memories (id),
    relation  TEXT NOT NULL CHECK (relation IN ('supersedes', 'contradicts', 'duplicates', 'derived_from')),
    other_id  TEXT NOT NULL REFERENCES memories (id),
    made_at   BIGINT NOT NULL,
    PRIMARY KEY (memory_id, relation, other_id)
);

CREATE INDEX memory_relations_other ON memory_relations (other_id);

-- Every candidate with what was decided about it, and every change of a memory with how it was before and after.
-- Of what was forgotten the entry stays without its words. likeness is 0 to 100 to the nearest neighbour.
CREATE TABLE memory_changes (
    id              TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversations (id),
    memory_id       TEXT,
    message_id      TEXT,
    work_id         TEXT NOT NULL,
    action          TEXT NOT NULL CHECK (action IN
                        ('add', 'supersede', 'merge', 'repeat', 'discard', 'edit', 'pin', 'archive', 'doubt', 'reopen',
                         'forget', 'undo')),
    candidate       TEXT NOT NULL,
    likeness        INTEGER NOT NULL,
    before_state    TEXT NOT NULL,
    after_state     TEXT NOT NULL,
    reason          TEXT NOT NULL,
    actor           TEXT NOT NULL,
    made_at         BIGINT NOT NULL,
    undone_at       BIGINT
);

CREATE INDEX memory_changes_memory ON memory_changes (memory_id);
CREATE INDEX memory_changes_message ON memory_changes (message_id);

-- How far each conversation was read for memories.
CREATE TABLE memory_readings (
    conversation_id TEXT PRIMARY KEY REFERENCES conversations (id),
    through_seq     BIGINT NOT NULL,
    read_at         BIGINT NOT NULL
);

-- Messages whose matter somebody asked to be forgotten: nothing is drawn from them again.
CREATE TABLE memory_withheld (
    message_id  TEXT PRIMARY KEY REFERENCES messages (id),
    withheld_at BIGINT NOT NULL
);

-- Messages to be read once more, because they or another source of the same memory changed.
CREATE TABLE memory_rereads (
    message_id      TEXT PRIMARY KEY REFERENCES messages (id),
    conversation_id TEXT NOT NULL REFERENCES conversations (id),
    marked_at       BIGINT NOT NULL
);

CREATE INDEX memory_rereads_scene ON memory_rereads (conversation_id);

-- What a reply was reminded of, in the order the model read it, and why.
CREATE TABLE memory_uses (
    reply_id  TEXT NOT NULL REFERENCES messages (id),
    position  INTEGER NOT NULL,
    memory_id TEXT NOT NULL REFERENCES memories (id),
    why       TEXT NOT NULL,
    PRIMARY KEY (reply_id, position)
);

CREATE INDEX memory_uses_memory ON memory_uses (memory_id);

-- Memories are recalled by the same indexes as messages, each in the scope of its scene's memories.
DROP VIEW IF EXISTS passage_texts;
CREATE VIEW passage_texts AS
SELECT p.number, m.content AS words, m.content_hash FROM passages p JOIN messages m ON m.id = p.source_id
UNION ALL
SELECT p.number, y.statement, 'memory:' || y.statement_hash FROM passages p JOIN memories y ON y.id = p.source_id;
