-- What may change while the bot runs, as the list of its changes: what is in force is the last one of each.
-- A change and the record of it are one row, so neither can be without the other, and what was in force at any
-- generation can be read again.

-- scope is 'global', 'guild:<platform>:<id>', 'channel:<platform>:<id>', 'user:<platform>:<id>' or
-- 'conversation:<platform>:<id>'. A value is NULL where none was set; '' is a value.
CREATE TABLE setting_changes (
    generation BIGINT PRIMARY KEY,
    scope      TEXT NOT NULL CHECK (scope <> ''),
    name       TEXT NOT NULL,
    old_value  TEXT,
    new_value  TEXT,
    changed_by TEXT NOT NULL,
    reason     TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE UNIQUE INDEX setting_changes_scope ON setting_changes (scope, name, generation);

-- How many there were of something: 'settings' counts the changes above. Whoever counts on holds the row to the end of
-- the transaction, so that whoever sees a number sees all that came before it.
CREATE TABLE counters (
    name   TEXT PRIMARY KEY,
    number BIGINT NOT NULL
);

-- The generation a piece of work began with and keeps to its end; NULL before it begins.
ALTER TABLE work ADD COLUMN settings_generation BIGINT;
