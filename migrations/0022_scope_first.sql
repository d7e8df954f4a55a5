-- What people said and what was made of it is kept by its conversation first: every key of these tables begins with it,
-- and what refers from one of them to another within a conversation names it as well. So all that belongs together can
-- lie together, and on Postgres each of them can be partitioned or distributed by it.
-- Tables are made anew, since SQLite changes no key in place: what is referred to first, and taken away last.

DROP VIEW passage_texts;
DROP VIEW memory_audiences;

ALTER TABLE messages RENAME TO messages_before;
ALTER TABLE revisions RENAME TO revisions_before;
ALTER TABLE deliveries RENAME TO deliveries_before;
ALTER TABLE model_calls RENAME TO model_calls_before;
ALTER TABLE spoken RENAME TO spoken_before;
ALTER TABLE memories RENAME TO memories_before;
ALTER TABLE memory_sources RENAME TO memory_sources_before;
ALTER TABLE memory_relations RENAME TO memory_relations_before;
ALTER TABLE memory_changes RENAME TO memory_changes_before;
ALTER TABLE memory_withheld RENAME TO memory_withheld_before;
ALTER TABLE memory_rereads RENAME TO memory_rereads_before;
ALTER TABLE memory_uses RENAME TO memory_uses_before;
ALTER TABLE memory_unsummed RENAME TO memory_unsummed_before;
ALTER TABLE memory_feedback RENAME TO memory_feedback_before;

CREATE TABLE messages (
    conversation_id   TEXT NOT NULL REFERENCES conversations (id),
    id                TEXT NOT NULL,
    seq               BIGINT NOT NULL,
    role              TEXT NOT NULL CHECK (role IN ('person', 'persona')),
    client_message_id TEXT,
    person_id         TEXT REFERENCES people (id),
    name              TEXT NOT NULL,
    content           TEXT NOT NULL,
    content_hash      TEXT NOT NULL,
    revision          INTEGER NOT NULL,
    whole             INTEGER NOT NULL CHECK (whole IN (0, 1)),
    reply_to          TEXT,
    work_id           TEXT REFERENCES work (id),
    voice_version_id  TEXT REFERENCES prompt_versions (id),
    house_version_id  TEXT REFERENCES prompt_versions (id),
    history_cut       INTEGER NOT NULL CHECK (history_cut IN (0, 1)),
    said_at           BIGINT NOT NULL,
    deleted_at        BIGINT,
    PRIMARY KEY (conversation_id, id),
    UNIQUE (conversation_id, seq),
    FOREIGN KEY (conversation_id, reply_to) REFERENCES messages (conversation_id, id)
);
INSERT INTO messages
    (conversation_id, id, seq, role, client_message_id, person_id, name, content, content_hash, revision, whole,
     reply_to, work_id, voice_version_id, house_version_id, history_cut, said_at, deleted_at)
SELECT conversation_id, id, seq, role, client_message_id, person_id, name, content, content_hash, revision, whole,
       reply_to, work_id, voice_version_id, house_version_id, history_cut, said_at, deleted_at
FROM messages_before;

-- What a message read before it was edited.
CREATE TABLE revisions (
    conversation_id TEXT NOT NULL,
    message_id      TEXT NOT NULL,
    revision        INTEGER NOT NULL,
    content         TEXT NOT NULL,
    replaced_at     BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, message_id, revision),
    FOREIGN KEY (conversation_id, message_id) REFERENCES messages (conversation_id, id)
);
INSERT INTO revisions (conversation_id, message_id, revision, content, replaced_at)
SELECT m.conversation_id, r.message_id, r.revision, r.content, r.replaced_at
FROM revisions_before r JOIN messages_before m ON m.id = r.message_id;

-- Parts of replies on their way. The id is the nonce; a part of a work item is there once, so that no second reply is.
-- In doubt: tried (tried_at is not null) and not acknowledged (platform_message_id is '').
CREATE TABLE deliveries (
    conversation_id     TEXT NOT NULL REFERENCES conversations (id),
    id                  TEXT NOT NULL,
    work_id             TEXT NOT NULL REFERENCES work (id),
    part                INTEGER NOT NULL,
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
    PRIMARY KEY (conversation_id, id),
    UNIQUE (conversation_id, work_id, part)
);
INSERT INTO deliveries
    (conversation_id, id, work_id, part, place, state, content, tried_content, buttons, answered, reply_to, last_part,
     attempts, run_after, tried_at, platform_message_id, route, fault, created_at, sent_at)
SELECT conversation_id, id, work_id, part, place, state, content, tried_content, buttons, answered, reply_to, last_part,
       attempts, run_after, tried_at, platform_message_id, route, fault, created_at, sent_at
FROM deliveries_before;

-- conversation_id is '' for a call that no work made: a command drafted a persona. Millionths of a dollar, by the price
-- when the call was kept; tokens that the server had read before are cheaper.
CREATE TABLE model_calls (
    conversation_id   TEXT NOT NULL,
    id                TEXT NOT NULL,
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
    cached_tokens     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (conversation_id, id)
);
INSERT INTO model_calls
    (conversation_id, id, work_id, attempt, model, outcome, prompt_tokens, completion_tokens, measured, first_token_ms,
     total_ms, voice_version_id, house_version_id, called_at, cost, cached_tokens)
SELECT COALESCE(w.conversation_id, ''), c.id, c.work_id, c.attempt, c.model, c.outcome, c.prompt_tokens,
       c.completion_tokens, c.measured, c.first_token_ms, c.total_ms, c.voice_version_id, c.house_version_id, c.called_at,
       c.cost, c.cached_tokens
FROM model_calls_before c LEFT JOIN work w ON w.id = c.work_id;

-- What is left of a reply when its work is let go: who said a message, by which rule, and which reply it was ('' for
-- what was none).
CREATE TABLE spoken (
    conversation_id     TEXT NOT NULL REFERENCES conversations (id),
    platform_message_id TEXT NOT NULL,
    rule                TEXT NOT NULL,
    reply_id            TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (conversation_id, platform_message_id)
);
INSERT INTO spoken (conversation_id, platform_message_id, rule, reply_id)
SELECT conversation_id, platform_message_id, rule, reply_id FROM spoken_before;

-- subject_key is a person's id, 'persona' for the persona itself, or the folded name of somebody without an account.
-- teller_id is who said it, NULL for the persona's own words. valid_to is set once a newer memory closed this one.
-- seq is its place among all that was kept of its scene, which is its conversation.
-- topic names the one thing a memory settles ('home', 'taste: tea'), '' for none: of one topic the newest holds.
CREATE TABLE memories (
    conversation_id    TEXT NOT NULL REFERENCES conversations (id),
    id                 TEXT NOT NULL,
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
    changed_at         BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, id)
);
INSERT INTO memories
    (conversation_id, id, seq, reach, subject_kind, subject_key, subject_name, teller_id, kind, topic, statement,
     statement_hash, importance, confidence, said_at, happened_at, happened_precision, valid_from, valid_to, tags,
     pinned, state, writer, author, prompt_version, uses, last_used_at, recorded_at, changed_at)
SELECT conversation_id, id, seq, reach, subject_kind, subject_key, subject_name, teller_id, kind, topic, statement,
       statement_hash, importance, confidence, said_at, happened_at, happened_precision, valid_from, valid_to, tags,
       pinned, state, writer, author, prompt_version, uses, last_used_at, recorded_at, changed_at
FROM memories_before;

-- The messages a memory rests on: of its own conversation, all of them.
CREATE TABLE memory_sources (
    conversation_id TEXT NOT NULL,
    memory_id       TEXT NOT NULL,
    message_id      TEXT NOT NULL,
    PRIMARY KEY (conversation_id, memory_id, message_id),
    FOREIGN KEY (conversation_id, memory_id) REFERENCES memories (conversation_id, id),
    FOREIGN KEY (conversation_id, message_id) REFERENCES messages (conversation_id, id)
);
INSERT INTO memory_sources (conversation_id, memory_id, message_id)
SELECT y.conversation_id, s.memory_id, s.message_id
FROM memory_sources_before s JOIN memories_before y ON y.id = s.memory_id;

-- 'related' stands between two memories of one scene whose meanings are near: the one kept later names the earlier.
CREATE TABLE memory_relations (
    conversation_id TEXT NOT NULL,
    memory_id       TEXT NOT NULL,
    relation        TEXT NOT NULL CHECK (relation IN
                        ('supersedes', 'contradicts', 'duplicates', 'derived_from', 'related')),
    other_id        TEXT NOT NULL,
    made_at         BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, memory_id, relation, other_id),
    FOREIGN KEY (conversation_id, memory_id) REFERENCES memories (conversation_id, id),
    FOREIGN KEY (conversation_id, other_id) REFERENCES memories (conversation_id, id)
);
INSERT INTO memory_relations (conversation_id, memory_id, relation, other_id, made_at)
SELECT y.conversation_id, r.memory_id, r.relation, r.other_id, r.made_at
FROM memory_relations_before r JOIN memories_before y ON y.id = r.memory_id;

-- Every candidate with what was decided about it, and every change of a memory with how it was before and after; a
-- link leaves it as it was. Of what was forgotten the entry stays without its words. likeness is 0 to 100 to the
-- nearest neighbour.
CREATE TABLE memory_changes (
    conversation_id TEXT NOT NULL REFERENCES conversations (id),
    id              TEXT NOT NULL,
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
    undone_at       BIGINT,
    PRIMARY KEY (conversation_id, id)
);
INSERT INTO memory_changes
    (conversation_id, id, memory_id, message_id, work_id, action, candidate, likeness, before_state, after_state,
     reason, actor, made_at, undone_at)
SELECT conversation_id, id, memory_id, message_id, work_id, action, candidate, likeness, before_state, after_state,
       reason, actor, made_at, undone_at
FROM memory_changes_before;

-- Messages whose matter somebody asked to be forgotten: nothing is drawn from them again.
CREATE TABLE memory_withheld (
    conversation_id TEXT NOT NULL,
    message_id      TEXT NOT NULL,
    withheld_at     BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, message_id),
    FOREIGN KEY (conversation_id, message_id) REFERENCES messages (conversation_id, id)
);
INSERT INTO memory_withheld (conversation_id, message_id, withheld_at)
SELECT m.conversation_id, h.message_id, h.withheld_at
FROM memory_withheld_before h JOIN messages_before m ON m.id = h.message_id;

-- Messages to be read once more, because they or another source of the same memory changed.
CREATE TABLE memory_rereads (
    conversation_id TEXT NOT NULL,
    message_id      TEXT NOT NULL,
    marked_at       BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, message_id),
    FOREIGN KEY (conversation_id, message_id) REFERENCES messages (conversation_id, id)
);
INSERT INTO memory_rereads (conversation_id, message_id, marked_at)
SELECT m.conversation_id, r.message_id, r.marked_at
FROM memory_rereads_before r JOIN messages_before m ON m.id = r.message_id;

-- What a reply was reminded of, in the order the model read it, and why. The memory may be of another conversation, its
-- scene: that is the one thing here that crosses scopes, so no rule of the database can hold it.
CREATE TABLE memory_uses (
    conversation_id TEXT NOT NULL,
    reply_id        TEXT NOT NULL,
    position        INTEGER NOT NULL,
    scene_id        TEXT NOT NULL,
    memory_id       TEXT NOT NULL,
    why             TEXT NOT NULL,
    PRIMARY KEY (conversation_id, reply_id, position),
    FOREIGN KEY (conversation_id, reply_id) REFERENCES messages (conversation_id, id)
);
INSERT INTO memory_uses (conversation_id, reply_id, position, scene_id, memory_id, why)
SELECT m.conversation_id, u.reply_id, u.position, y.conversation_id, u.memory_id, u.why
FROM memory_uses_before u
JOIN messages_before m ON m.id = u.reply_id
JOIN memories_before y ON y.id = u.memory_id;

-- Memories whose summary a person took away: no other is made of them.
CREATE TABLE memory_unsummed (
    conversation_id TEXT NOT NULL,
    memory_id       TEXT NOT NULL,
    since           BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, memory_id),
    FOREIGN KEY (conversation_id, memory_id) REFERENCES memories (conversation_id, id)
);
INSERT INTO memory_unsummed (conversation_id, memory_id, since)
SELECT y.conversation_id, u.memory_id, u.since
FROM memory_unsummed_before u JOIN memories_before y ON y.id = u.memory_id;

-- What each person said of a memory last.
CREATE TABLE memory_feedback (
    conversation_id TEXT NOT NULL,
    memory_id       TEXT NOT NULL,
    person_id       TEXT NOT NULL REFERENCES people (id),
    verdict         TEXT NOT NULL CHECK (verdict IN ('helpful', 'wrong')),
    given_at        BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, memory_id, person_id),
    FOREIGN KEY (conversation_id, memory_id) REFERENCES memories (conversation_id, id)
);
INSERT INTO memory_feedback (conversation_id, memory_id, person_id, verdict, given_at)
SELECT y.conversation_id, f.memory_id, f.person_id, f.verdict, f.given_at
FROM memory_feedback_before f JOIN memories_before y ON y.id = f.memory_id;

DROP TABLE memory_feedback_before;
DROP TABLE memory_unsummed_before;
DROP TABLE memory_uses_before;
DROP TABLE memory_rereads_before;
DROP TABLE memory_withheld_before;
DROP TABLE memory_changes_before;
DROP TABLE memory_relations_before;
DROP TABLE memory_sources_before;
DROP TABLE memories_before;
DROP TABLE spoken_before;
DROP TABLE model_calls_before;
DROP TABLE deliveries_before;
DROP TABLE revisions_before;
DROP TABLE messages_before;

CREATE UNIQUE INDEX messages_client ON messages (conversation_id, client_message_id);
CREATE INDEX messages_name ON messages (conversation_id, name);
CREATE INDEX messages_answering ON messages (conversation_id, reply_to) WHERE reply_to IS NOT NULL;
CREATE INDEX messages_work ON messages (work_id, conversation_id);
CREATE INDEX messages_person ON messages (person_id);
CREATE INDEX messages_taken_back ON messages (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX messages_said ON messages (conversation_id, said_at);

CREATE INDEX deliveries_work ON deliveries (work_id);
CREATE INDEX deliveries_due ON deliveries (run_after, id) WHERE state = 'owed';
CREATE INDEX deliveries_lane ON deliveries (conversation_id, place, part) WHERE state IN ('live', 'owed', 'sending');
CREATE INDEX deliveries_said ON deliveries (platform_message_id) WHERE platform_message_id <> '';
CREATE INDEX deliveries_dropped ON deliveries (work_id) WHERE state = 'dropped';

CREATE INDEX model_calls_work ON model_calls (work_id, conversation_id);
CREATE INDEX model_calls_time ON model_calls (called_at);

-- A person names a memory by its id alone; from here its scene is known.
CREATE INDEX memories_named ON memories (id, conversation_id);
CREATE INDEX memories_scene ON memories (conversation_id, subject_key);
CREATE UNIQUE INDEX memories_place ON memories (conversation_id, seq);
CREATE INDEX memories_teller ON memories (teller_id, conversation_id);
CREATE UNIQUE INDEX memories_once ON memories (conversation_id, subject_key, statement_hash)
    WHERE state = 'live' AND valid_to IS NULL;
CREATE INDEX memories_recorded ON memories (conversation_id, recorded_at);
CREATE INDEX memories_pinned ON memories (conversation_id) WHERE pinned = 1;
CREATE INDEX memories_opened ON memories (conversation_id) WHERE reach = 'guild';
CREATE INDEX memories_plans ON memories (teller_id, happened_at) WHERE kind = 'plan';

-- With all that is asked of them by it, or SQLite would sooner go through a whole conversation's.
CREATE INDEX memory_sources_message ON memory_sources (conversation_id, message_id, memory_id);
CREATE INDEX memory_relations_other ON memory_relations (conversation_id, other_id, relation, memory_id);
CREATE INDEX memory_changes_memory ON memory_changes (conversation_id, memory_id);
CREATE INDEX memory_changes_message ON memory_changes (conversation_id, message_id);
CREATE INDEX memory_changes_made ON memory_changes (conversation_id, made_at);
CREATE INDEX memory_changes_undone ON memory_changes (conversation_id) WHERE undone_at IS NOT NULL;
CREATE INDEX memory_uses_memory ON memory_uses (scene_id, memory_id);
CREATE INDEX memory_feedback_person ON memory_feedback (person_id);
CREATE INDEX memory_feedback_given ON memory_feedback (conversation_id, given_at);

-- A message is found by its conversation and its id on the platform, and with it its event.
DROP INDEX events_message;

-- Messages are passages of their conversation's scope, memories of the scope of its memories.
CREATE VIEW passage_texts AS
SELECT p.number, m.content AS words, m.content_hash
FROM passages p
JOIN scopes s ON s.number = p.number / 4294967296
JOIN messages m ON m.conversation_id = s.key AND m.id = p.source_id
UNION ALL
SELECT p.number, y.statement, 'memory:' || y.statement_hash
FROM passages p
JOIN scopes s ON s.number = p.number / 4294967296
JOIN memories y ON y.conversation_id = substr(s.key, 10) AND y.id = p.source_id;

-- Who may come to know a memory of a scene, and nobody else: the audience is a conversation, and where person_id is not
-- '' only while it is held with that person; where shared is 1 only if the personas of that place share what they are
-- told. Whoever reads memories for people goes through this view. What is added to a guild_id keeps its index out of
-- it: a channel is found sooner by its own, and all direct conversations have the same guild_id.
CREATE VIEW memory_audiences AS
-- Those it was said before.
SELECT m.conversation_id AS scene_id, m.id AS memory_id, m.conversation_id AS audience_id, '' AS person_id, 0 AS shared
FROM memories m
UNION ALL
-- The same people with another persona; what a persona says of itself is never another's.
SELECT m.conversation_id, m.id, a.id, '', 1
FROM conversations a
JOIN conversations s ON s.platform = a.platform AND s.channel_id = a.channel_id AND s.persona_id <> a.persona_id
JOIN memories m ON m.conversation_id = s.id
WHERE s.guild_id || '' = a.guild_id AND s.kind = a.kind AND m.subject_kind <> 'persona'
UNION ALL
-- A thread's people see its channel as well; the channel's people need not see the thread.
SELECT m.conversation_id, m.id, a.id, '', CASE WHEN s.persona_id = a.persona_id THEN 0 ELSE 1 END
FROM conversations a
JOIN conversations s ON s.platform = a.platform AND s.channel_id = a.parent_id
JOIN memories m ON m.conversation_id = s.id
WHERE a.kind = 'thread' AND s.guild_id || '' = a.guild_id AND a.guild_id <> ''
  AND (s.persona_id = a.persona_id OR m.subject_kind <> 'persona')
UNION ALL
-- What somebody with the right to do so opened to the whole guild.
SELECT m.conversation_id, m.id, a.id, '', CASE WHEN s.persona_id = a.persona_id THEN 0 ELSE 1 END
FROM conversations a
JOIN conversations s ON s.guild_id = a.guild_id AND s.platform = a.platform
JOIN memories m ON m.conversation_id = s.id
WHERE a.guild_id <> '' AND s.channel_id <> a.channel_id AND m.reach = 'guild'
  AND (a.kind <> 'thread' OR s.channel_id <> a.parent_id)
  AND (s.persona_id = a.persona_id OR m.subject_kind <> 'persona')
UNION ALL
-- In their direct conversation people are reminded of what they told the persona themselves in guilds.
SELECT m.conversation_id, m.id, a.id, m.teller_id, 0
FROM memories m
JOIN conversations s ON s.id = m.conversation_id
JOIN conversations a ON a.platform = s.platform AND a.persona_id = s.persona_id
WHERE a.kind = 'dm' AND a.guild_id = '' AND s.guild_id <> '' AND m.teller_id IS NOT NULL;
