-- Who may do what, and where: rules of a server, and with guild_id '' those of the operator, which stand above them. A
-- rule and the record of it are one row: it is never changed, only ended, so neither can be without the other.

-- may is 'chat' (talk with personas), 'speak' (what personas may: /quiet denies it to a whole server) or something that
-- otherwise needs Manage Server. subject is 'person:<id>', 'role:<id>', 'channel:<id>' (of a thread or a
-- category too), 'guild:<id>', or 'servers' for all of them. until is NULL for as long as nobody ends it.
CREATE TABLE access_rules (
    id       TEXT PRIMARY KEY,
    platform TEXT NOT NULL,
    guild_id TEXT NOT NULL,
    may      TEXT NOT NULL,
    subject  TEXT NOT NULL,
    verdict  TEXT NOT NULL CHECK (verdict IN ('allow', 'deny')),
    until    BIGINT,
    reason   TEXT NOT NULL,
    made_by  TEXT NOT NULL,
    made_at  BIGINT NOT NULL,
    ended_by TEXT NOT NULL,
    ended_at BIGINT
);

CREATE UNIQUE INDEX access_rules_one ON access_rules (platform, guild_id, may, subject) WHERE ended_at IS NULL;
CREATE INDEX access_rules_guild ON access_rules (platform, guild_id, made_at);

-- Which persona somebody does not want to deal with, in any place. It covers the copies that servers made of it.
CREATE TABLE mutes (
    platform    TEXT NOT NULL,
    platform_id TEXT NOT NULL,
    persona_id  TEXT NOT NULL REFERENCES personas (id),
    muted_at    BIGINT NOT NULL,
    PRIMARY KEY (platform, platform_id, persona_id)
);

CREATE INDEX mutes_persona ON mutes (persona_id);

-- Who asked to talk in direct messages where that needs the operator's word; approved_at is NULL until it is given.
CREATE TABLE pairings (
    platform    TEXT NOT NULL,
    platform_id TEXT NOT NULL,
    code        TEXT NOT NULL UNIQUE,
    asked_at    BIGINT NOT NULL,
    approved_by TEXT NOT NULL,
    approved_at BIGINT,
    PRIMARY KEY (platform, platform_id)
);

-- How often personas of a channel have answered bots since a person spoke there.
CREATE TABLE bot_turns (
    platform   TEXT NOT NULL,
    channel_id TEXT NOT NULL,
    turns      BIGINT NOT NULL,
    PRIMARY KEY (platform, channel_id)
);
