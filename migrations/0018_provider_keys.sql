-- Keys of the models' server that people and servers brought for their own replies. A key itself stands nowhere: sealed
-- is AES-256-GCM of it under the master key that key_id names, which only the environment holds, and is bound to its
-- owner and provider. ends_in are its last four characters, by which its owner knows it again. The provider is the host
-- that it may be sent to.
CREATE TABLE provider_keys (
    kind     TEXT NOT NULL CHECK (kind IN ('person', 'guild')),
    platform TEXT NOT NULL,
    owner_id TEXT NOT NULL CHECK (owner_id <> ''),
    provider TEXT NOT NULL,
    key_id   TEXT NOT NULL,
    nonce    TEXT NOT NULL,
    sealed   TEXT NOT NULL,
    ends_in  TEXT NOT NULL,
    set_at   BIGINT NOT NULL,
    PRIMARY KEY (kind, platform, owner_id, provider)
);
