-- The lorebook: what holds in the world of a persona or of a channel, and comes to mind when its words are said.

-- scope is 'persona:' with the persona's id, or 'channel:' with platform, guild and channel. words is a JSON list of
-- what brings the entry up. One that is not enabled stays and is not told; an entry of a file changes with the file.
CREATE TABLE lore (
    id         TEXT PRIMARY KEY,
    scope      TEXT NOT NULL,
    title      TEXT NOT NULL,
    words      TEXT NOT NULL,
    content    TEXT NOT NULL,
    always_on  INTEGER NOT NULL CHECK (always_on IN (0, 1)),
    priority   INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 100),
    enabled    INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    source     TEXT NOT NULL CHECK (source IN ('file', 'person')),
    author     TEXT NOT NULL,
    made_at    BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    UNIQUE (scope, title)
);

-- Every change in one row: the entry before and after as JSON, '' where there was none. What was removed stays here.
CREATE TABLE lore_changes (
    id           TEXT PRIMARY KEY,
    lore_id      TEXT NOT NULL,
    scope        TEXT NOT NULL,
    title        TEXT NOT NULL,
    before_state TEXT NOT NULL,
    after_state  TEXT NOT NULL,
    reason       TEXT NOT NULL,
    actor        TEXT NOT NULL,
    made_at      BIGINT NOT NULL
);

CREATE INDEX lore_changes_entry ON lore_changes (lore_id, id);
