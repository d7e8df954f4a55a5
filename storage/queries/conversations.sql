-- name: open
INSERT INTO conversations
    (id, platform, channel_id, guild_id, parent_id, kind, persona_id, last_seq, fresh_seq, created_at)
VALUES (:id, :platform, :channel_id, :guild_id, :parent_id, :kind, :persona_id, 0, 0, :now)
ON CONFLICT (platform, channel_id, persona_id) DO UPDATE SET parent_id = excluded.parent_id
RETURNING id, platform, channel_id, guild_id, parent_id, kind, persona_id, last_seq, fresh_seq;

-- name: by_id
SELECT id, platform, channel_id, guild_id, parent_id, kind, persona_id, last_seq, fresh_seq
FROM conversations WHERE id = :id;

-- name: of_channel
SELECT id, platform, channel_id, guild_id, parent_id, kind, persona_id, last_seq, fresh_seq
FROM conversations
WHERE platform = :platform AND channel_id = :channel_id AND guild_id = :guild_id
ORDER BY id DESC LIMIT :most;

-- name: under
SELECT id, platform, channel_id, guild_id, parent_id, kind, persona_id, last_seq, fresh_seq
FROM conversations
WHERE guild_id = :guild_id AND guild_id <> '' AND platform = :platform AND :channel_id IN (channel_id, parent_id)
ORDER BY id;

-- name: guilds
SELECT DISTINCT channel_id, guild_id FROM conversations WHERE platform = :platform AND guild_id <> '';

-- name: of_scene
SELECT id, platform, channel_id, guild_id, parent_id, kind, persona_id, last_seq, fresh_seq
FROM conversations
WHERE platform = :platform AND channel_id = :channel_id AND persona_id = :persona_id AND guild_id = :guild_id;

-- name: hold
-- Where several write at once, only one of them goes on with this conversation until it commits.
UPDATE conversations SET last_seq = last_seq WHERE id = :id;

-- name: next_seq
UPDATE conversations SET last_seq = last_seq + 1 WHERE id = :id RETURNING last_seq;

-- name: begin_anew
UPDATE conversations SET fresh_seq = last_seq
WHERE platform = :platform AND channel_id = :channel_id AND guild_id = :guild_id AND persona_id = :persona_id;

-- name: move
UPDATE conversations SET persona_id = :to_id WHERE persona_id = :from_id AND guild_id = :guild_id;
