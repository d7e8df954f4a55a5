-- What owners are told of: one row from the first time something was seen until it was seen no more.

-- scope is what it concerns, such as a model or 'guild:<platform>:<id>', '' where there is only one of the kind. seen
-- is how often it was found; posted_at is when the owners' channel was last told, NULL for never.
CREATE TABLE alerts (
    id              TEXT PRIMARY KEY,
    kind            TEXT NOT NULL,
    scope           TEXT NOT NULL,
    told            TEXT NOT NULL,
    opened_at       BIGINT NOT NULL,
    last_seen_at    BIGINT NOT NULL,
    seen            BIGINT NOT NULL,
    posted_at       BIGINT,
    acknowledged_by TEXT NOT NULL,
    acknowledged_at BIGINT,
    closed_at       BIGINT
);

CREATE UNIQUE INDEX alerts_open ON alerts (kind, scope) WHERE closed_at IS NULL;
CREATE INDEX alerts_opened ON alerts (opened_at);
