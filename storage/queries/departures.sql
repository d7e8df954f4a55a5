-- name: leave
-- The first time counts, however often we find that we are gone.
INSERT INTO departures (platform, guild_id, left_at, erased_at) VALUES (:platform, :guild_id, :now, NULL)
ON CONFLICT (platform, guild_id) DO NOTHING;

-- name: back
DELETE FROM departures WHERE platform = :platform AND guild_id = :guild_id;

-- name: due
SELECT platform, guild_id, left_at FROM departures
WHERE erased_at IS NULL AND left_at <= :before ORDER BY left_at, guild_id;

-- name: erased
UPDATE departures SET erased_at = :now WHERE platform = :platform AND guild_id = :guild_id;

-- name: left
SELECT guild_id AS id FROM departures WHERE platform = :platform;

-- name: stayed
-- Guilds of which something is kept and that we did not leave, as far as we know.
SELECT theirs.guild_id AS id FROM (
    SELECT guild_id FROM conversations WHERE platform = :platform AND guild_id <> ''
    UNION SELECT guild_id FROM bindings WHERE platform = :platform AND guild_id <> ''
    UNION SELECT owner_id FROM provider_keys WHERE platform = :platform AND kind = 'guild') theirs
WHERE NOT EXISTS (SELECT 1 FROM departures d WHERE d.platform = :platform AND d.guild_id = theirs.guild_id)
ORDER BY 1;

-- name: still
UPDATE departures SET left_at = left_at
WHERE platform = :platform AND guild_id = :guild_id AND left_at = :left_at AND erased_at IS NULL;
