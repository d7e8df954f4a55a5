-- Who asked to be forgotten, and who asked not to be heard.
-- A tombstone names nobody: it is the SHA-256 of 'platform:platform_id', by which whoever comes back from an older copy
-- is found and forgotten once more. Words up to that moment are never kept again.
CREATE TABLE forgotten (
    key_hash     TEXT PRIMARY KEY,
    forgotten_at BIGINT NOT NULL
);

-- Words said from since on are not kept; ended_at is until when, NULL while it holds: what was said meanwhile may be
-- found later. told_at is when a persona told them how to be heard again, NULL until it has.
CREATE TABLE opt_outs (
    platform    TEXT NOT NULL,
    platform_id TEXT NOT NULL,
    since       BIGINT NOT NULL,
    ended_at    BIGINT,
    told_at     BIGINT,
    PRIMARY KEY (platform, platform_id)
);

-- The replies to a message are found without reading all that was said.
CREATE INDEX messages_answering ON messages (reply_to) WHERE reply_to IS NOT NULL;
