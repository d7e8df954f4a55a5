-- name: add
-- A second ban changes nothing: what was said first stands until it is lifted.
INSERT INTO bans (persona_id, reason, banned_by, banned_at) VALUES (:persona_id, :reason, :banned_by, :now)
ON CONFLICT (persona_id) DO NOTHING;

-- name: lift
DELETE FROM bans WHERE persona_id = :persona_id;

-- name: over
-- The ban on a persona, or on the one it was copied from.
SELECT b.persona_id, b.reason, b.banned_by, b.banned_at
FROM personas p JOIN bans b ON b.persona_id IN (p.id, p.origin_id)
WHERE p.id = :persona_id ORDER BY b.banned_at LIMIT 1;

-- name: silenced
-- The name of a conversation's persona when it may not speak.
SELECT p.display_name FROM conversations c JOIN personas p ON p.id = c.persona_id
WHERE c.id = :conversation_id AND EXISTS (SELECT 1 FROM bans b WHERE b.persona_id IN (p.id, p.origin_id));

-- name: listed
SELECT p.id, p.guild_id, p.name, p.display_name, p.description, p.status, b.reason AS banned
FROM bans b JOIN personas p ON p.id = b.persona_id ORDER BY p.name, p.guild_id LIMIT :most;
