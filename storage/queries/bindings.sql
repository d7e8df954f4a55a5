-- name: of_channel
SELECT persona_id, mode FROM bindings
WHERE platform = :platform AND channel_id = :channel_id AND guild_id = :guild_id;

-- name: bind
INSERT INTO bindings (platform, channel_id, guild_id, persona_id, mode, bound_by, bound_at)
VALUES (:platform, :channel_id, :guild_id, :persona_id, :mode, :bound_by, :now)
ON CONFLICT (platform, channel_id) DO UPDATE
SET guild_id = excluded.guild_id, persona_id = excluded.persona_id, mode = excluded.mode,
    bound_by = excluded.bound_by, bound_at = excluded.bound_at;

-- name: unbind
DELETE FROM bindings WHERE platform = :platform AND channel_id = :channel_id AND guild_id = :guild_id;

-- name: move
UPDATE bindings SET persona_id = :to_id WHERE persona_id = :from_id AND guild_id = :guild_id;

-- name: chosen
SELECT persona_id FROM choices
WHERE platform = :platform AND platform_id = :platform_id AND guild_id = :guild_id;

-- name: choose
INSERT INTO choices (platform, platform_id, guild_id, persona_id, chosen_at)
VALUES (:platform, :platform_id, :guild_id, :persona_id, :now)
ON CONFLICT (platform, platform_id, guild_id) DO UPDATE
SET persona_id = excluded.persona_id, chosen_at = excluded.chosen_at;

-- name: move_choices
UPDATE choices SET persona_id = :to_id WHERE persona_id = :from_id AND guild_id = :guild_id;
