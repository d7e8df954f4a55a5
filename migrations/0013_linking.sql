-- What belongs together without being one, what nobody wants summed up again, and where something new was learnt.

ALTER TABLE memory_relations RENAME TO memory_relations_before;

-- 'related' stands between two memories of one scene whose meanings are near: the one kept later names the earlier.
CREATE TABLE memory_relations (
    memory_id TEXT NOT NULL REFERENCES memories (id),
    relation  TEXT NOT NULL CHECK (relation IN
                  ('supersedes', 'contradicts', 'duplicates', 'derived_from', 'related')),
    other_id  TEXT NOT NULL REFERENCES memories (id),
    made_at   BIGINT NOT NULL,
    PRIMARY KEY (memory_id, relation, other_id)
);

INSERT INTO memory_relations (memory_id, relation, other_id, made_at)
SELECT memory_id, relation, other_id, made_at FROM memory_relations_before;

DROP TABLE memory_relations_before;
CREATE INDEX memory_relations_other ON memory_relations (other_id);

ALTER TABLE memory_changes RENAME TO memory_changes_before;

-- Every candidate with what was decided about it, and every change of a memory with how it was before and after; a
-- link leaves it as it was. Of what was forgotten the entry stays without its words. likeness is 0 to 100 to the
-- nearest neighbour.
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
FROM memory_changes_before;

DROP TABLE memory_changes_before;
CREATE INDEX memory_changes_memory ON memory_changes (memory_id);
CREATE INDEX memory_changes_message ON memory_changes (message_id);
CREATE INDEX memory_changes_made ON memory_changes (conversation_id, made_at);
CREATE INDEX memory_changes_undone ON memory_changes (conversation_id) WHERE undone_at IS NOT NULL;

-- What is pinned, what was opened to a guild, and where somebody told something, without reading all of a scene.
CREATE INDEX memories_pinned ON memories (conversation_id) WHERE pinned = 1;
CREATE INDEX memories_opened ON memories (conversation_id) WHERE reach = 'guild';
DROP INDEX memories_teller;
CREATE INDEX memories_teller ON memories (teller_id, conversation_id);

-- Memories whose summary a person took away: no other is made of them.
CREATE TABLE memory_unsummed (
    memory_id TEXT PRIMARY KEY REFERENCES memories (id),
    since     BIGINT NOT NULL
);

-- A row for each scene in which something was learnt since its last pass: how much, and when the first of it was kept.
CREATE TABLE memory_news (
    conversation_id TEXT PRIMARY KEY REFERENCES conversations (id),
    first_at        BIGINT NOT NULL,
    news            BIGINT NOT NULL
);

INSERT INTO memory_news (conversation_id, first_at, news)
SELECT m.conversation_id, min(m.recorded_at), count(*)
FROM memories m LEFT JOIN consolidations c ON c.conversation_id = m.conversation_id
WHERE m.recorded_at > COALESCE(c.ran_at, 0) AND m.kind <> 'summary'
GROUP BY m.conversation_id;
