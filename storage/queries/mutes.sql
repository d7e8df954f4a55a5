-- name: begin
INSERT INTO mutes (platform, platform_id, persona_id, muted_at)
SELECT :platform, :platform_id, CASE WHEN p.origin_id <> '' THEN p.origin_id ELSE p.id END, :now
FROM personas p WHERE p.id = :persona_id
ON CONFLICT (platform, platform_id, persona_id) DO NOTHING;

-- name: end
DELETE FROM mutes WHERE platform = :platform AND platform_id = :platform_id AND persona_id IN (
    SELECT id FROM personas WHERE id = :persona_id UNION SELECT origin_id FROM personas WHERE id = :persona_id);

-- name: of_person
-- Every edition of the personas that somebody muted.
SELECT p.id, p.guild_id, p.name, p.display_name, p.description, p.status, '' AS banned
FROM mutes m JOIN personas p ON m.persona_id IN (p.id, p.origin_id)
WHERE m.platform = :platform AND m.platform_id = :platform_id
ORDER BY p.name, p.guild_id;
