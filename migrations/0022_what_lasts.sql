-- What lasts of what people told: the card of each person and scene, which is the memories that are marked for it.
ALTER TABLE memories ADD COLUMN core INTEGER NOT NULL DEFAULT 0 CHECK (core IN (0, 1));
CREATE INDEX memories_core ON memories (subject_key, conversation_id) WHERE core = 1;
