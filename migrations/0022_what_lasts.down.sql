ALTER TABLE memories ADD COLUMN known_to TEXT NOT NULL DEFAULT ''
    CHECK (known_to IN ('', 'year', 'month', 'day', 'minute'));
UPDATE memories SET known_to = CASE WHEN happened_precision = 'week' THEN 'month' ELSE happened_precision END;
ALTER TABLE memories DROP COLUMN happened_precision;
ALTER TABLE memories RENAME COLUMN known_to TO happened_precision;
ALTER TABLE memories DROP COLUMN expires_at;
DROP INDEX memories_core;
ALTER TABLE memories DROP COLUMN core;
