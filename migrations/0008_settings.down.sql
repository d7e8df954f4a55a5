ALTER TABLE work DROP COLUMN settings_generation;
DROP TABLE settings_generation;
DROP TABLE setting_changes;
