-- What lasts of what people told: the card of each person and scene, which is the memories that are marked for it;
-- and what does not: when a memory is over by itself, what happened in some week;
-- and who is what to whom, beside two kinds: who somebody is, and how something is done.
ALTER TABLE memories ADD COLUMN core INTEGER NOT NULL DEFAULT 0 CHECK (core IN (0, 1));
CREATE INDEX memories_core ON memories (subject_key, conversation_id) WHERE core = 1;

ALTER TABLE memories ADD COLUMN expires_at BIGINT;
ALTER TABLE memories ADD COLUMN known_to TEXT NOT NULL DEFAULT ''
    CHECK (known_to IN ('', 'year', 'month', 'week', 'day', 'minute'));
UPDATE memories SET known_to = happened_precision;
ALTER TABLE memories DROP COLUMN happened_precision;
ALTER TABLE memories RENAME COLUMN known_to TO happened_precision;

-- relation is what other_name is to the subject, such as brother, '' where a memory names nobody so.
ALTER TABLE memories ADD COLUMN relation TEXT NOT NULL DEFAULT '';
ALTER TABLE memories ADD COLUMN other_name TEXT NOT NULL DEFAULT '';
CREATE INDEX memories_kin ON memories (teller_id, relation) WHERE relation <> '';

DROP INDEX memories_plans;
ALTER TABLE memories ADD COLUMN sort TEXT NOT NULL DEFAULT 'fact' CHECK (sort IN
    ('identity', 'fact', 'preference', 'event', 'plan', 'relation', 'instruction', 'procedural', 'summary', 'self'));
UPDATE memories SET sort = kind;
ALTER TABLE memories DROP COLUMN kind;
ALTER TABLE memories RENAME COLUMN sort TO kind;
CREATE INDEX memories_plans ON memories (teller_id, happened_at) WHERE kind = 'plan';

-- yearly is the month and day on which a memory comes to mind each year, as 05-03, '' for none.
ALTER TABLE memories ADD COLUMN yearly TEXT NOT NULL DEFAULT '';
CREATE INDEX memories_yearly ON memories (teller_id, yearly) WHERE yearly <> '';
