-- Guilds that we were sent away from or left. What is kept of them goes a while after (erased_at), unless we come back.
CREATE TABLE departures (
    platform  TEXT NOT NULL,
    guild_id  TEXT NOT NULL,
    left_at   BIGINT NOT NULL,
    erased_at BIGINT,
    PRIMARY KEY (platform, guild_id)
);
