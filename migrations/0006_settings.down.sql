ALTER TABLE work DROP COLUMN settings_generation;
DROP TABLE counters;
DROP TABLE setting_changes;
