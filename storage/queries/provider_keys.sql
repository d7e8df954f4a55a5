-- name: put
INSERT INTO provider_keys (kind, platform, owner_id, provider, key_id, nonce, sealed, ends_in, set_at)
VALUES (:kind, :platform, :owner_id, :provider, :key_id, :nonce, :sealed, :ends_in, :now)
ON CONFLICT (kind, platform, owner_id, provider) DO UPDATE
SET key_id = excluded.key_id, nonce = excluded.nonce, sealed = excluded.sealed, ends_in = excluded.ends_in,
    set_at = excluded.set_at;

-- name: of_owner
SELECT kind, platform, owner_id, provider, key_id, nonce, sealed, ends_in, set_at FROM provider_keys
WHERE kind = :kind AND platform = :platform AND owner_id = :owner_id
ORDER BY provider;

-- name: nearest
-- The person's own goes before their server's.
SELECT k.kind, k.platform, k.owner_id, k.provider, k.key_id, k.nonce, k.sealed, k.ends_in, k.set_at
FROM (SELECT 1 AS place, 'person' AS kind, platform, platform_id AS owner_id FROM people WHERE id = :person_id
      UNION ALL
      SELECT 2, 'guild', platform, guild_id FROM conversations WHERE id = :conversation_id) payer
JOIN provider_keys k ON k.kind = payer.kind AND k.platform = payer.platform AND k.owner_id = payer.owner_id
WHERE k.provider = :provider
ORDER BY payer.place LIMIT 1;

-- name: remove
DELETE FROM provider_keys WHERE kind = :kind AND platform = :platform AND owner_id = :owner_id;

-- name: under_others
-- Sealed under another master key than that one.
SELECT kind, platform, owner_id, provider, key_id, nonce, sealed, ends_in, set_at FROM provider_keys
WHERE key_id <> :key_id
ORDER BY kind, platform, owner_id, provider;

-- name: seal_anew
-- Only if it is still as it was read: whoever set a new key meanwhile keeps that.
UPDATE provider_keys SET key_id = :key_id, nonce = :nonce, sealed = :sealed
WHERE kind = :kind AND platform = :platform AND owner_id = :owner_id AND provider = :provider AND nonce = :old_nonce;
