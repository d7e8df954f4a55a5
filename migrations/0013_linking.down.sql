DROP TABLE memory_news;
DROP TABLE memory_unsummed;
DROP INDEX memories_teller;
CREATE INDEX memories_teller ON memories (teller_id);
DROP INDEX memories_opened;
DROP INDEX memories_pinned;

-- Links are forgotten with their entries: nothing before knew of either.
ALTER TABLE memory_changes RENAME TO memory_changes_after;

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

INSERT INTO memory_changes
    (id, conversation_id, memory_id, message_id, work_id, action, candidate, likeness, before_state, after_state,
     reason, actor, made_at, undone_at)
SELECT id, conversation_id, memory_id, message_id, work_id, action, candidate, likeness, before_state, after_state,
       reason, actor, made_at, undone_at
FROM memory_changes_after WHERE action <> 'link';

DROP TABLE memory_changes_after;
CREATE INDEX memory_changes_memory ON memory_changes (memory_id);
CREATE INDEX memory_changes_message ON memory_changes (message_id);
CREATE INDEX memory_changes_made ON memory_changes (conversation_id, made_at);
CREATE INDEX memory_changes_undone ON memory_changes (conversation_id) WHERE undone_at IS NOT NULL;

ALTER TABLE memory_relations RENAME TO memory_relations_after;

CREATE TABLE memory_relations (
    memory_id TEXT NOT NULL REFERENCES memories (id),
    relation  TEXT NOT NULL CHECK (relation IN ('supersedes', 'contradicts', 'duplicates', 'derived_from')),
    other_id  TEXT NOT NULL REFERENCES memories (id),
    made_at   BIGINT NOT NULL,
    PRIMARY KEY (memory_id, relation, other_id)
);

INSERT INTO memory_relations (memory_id, relation, other_id, made_at)
SELECT memory_id, relation, other_id, made_at FROM memory_relations_after WHERE relation <> 'related';

DROP TABLE memory_relations_after;
CREATE INDEX memory_relations_other ON memory_relations (other_id);
