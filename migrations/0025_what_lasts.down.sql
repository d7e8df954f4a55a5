DROP INDEX memories_yearly;
ALTER TABLE memories DROP COLUMN yearly;
DROP INDEX memories_plans;
ALTER TABLE memories ADD COLUMN sort TEXT NOT NULL DEFAULT 'fact' CHECK (sort IN
    ('fact', 'preference', 'event', 'plan', 'relation', 'instruction', 'summary', 'self'));
UPDATE memories SET sort = CASE WHEN kind IN ('identity', 'procedural') THEN 'fact' ELSE kind END;
ALTER TABLE memories DROP COLUMN kind;
ALTER TABLE memories RENAME COLUMN sort TO kind;
CREATE INDEX memories_plans ON memories (teller_id, happened_at) WHERE kind = 'plan';
DROP INDEX memories_kin;
ALTER TABLE memories DROP COLUMN other_name;
ALTER TABLE memories DROP COLUMN relation;
ALTER TABLE memories ADD COLUMN known_to TEXT NOT NULL DEFAULT ''
    CHECK (known_to IN ('', 'year', 'month', 'day', 'minute'));
UPDATE memories SET known_to = CASE WHEN happened_precision = 'week' THEN 'month' ELSE happened_precision END;
ALTER TABLE memories DROP COLUMN happened_precision;
ALTER TABLE memories RENAME COLUMN known_to TO happened_precision;
ALTER TABLE memories DROP COLUMN expires_at;
DROP INDEX memories_core;
ALTER TABLE memories DROP COLUMN core;
