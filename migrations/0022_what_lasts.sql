-- What lasts of what people told: the card of each person and scene, which is the memories that are marked for it;
-- and what does not: when a memory is over by itself, and what happened in some week.
ALTER TABLE memories ADD COLUMN core INTEGER NOT NULL DEFAULT 0 CHECK (core IN (0, 1));
CREATE INDEX memories_core ON memories (subject_key, conversation_id) WHERE core = 1;

ALTER TABLE memories ADD COLUMN expires_at BIGINT;
ALTER TABLE memories ADD COLUMN known_to TEXT NOT NULL DEFAULT ''
    CHECK (known_to IN ('', 'year', 'month', 'week', 'day', 'minute'));
UPDATE memories SET known_to = happened_precision;
ALTER TABLE memories DROP COLUMN happened_precision;
ALTER TABLE memories RENAME COLUMN known_to TO happened_precision;
