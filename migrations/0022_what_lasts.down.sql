DROP INDEX memories_core;
ALTER TABLE memories DROP COLUMN core;
