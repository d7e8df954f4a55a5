-- name: by_id
SELECT p.id, p.guild_id, p.name, p.status, p.source, p.file_hash, p.version, p.origin_id, v.sheet AS sheet_json,
       COALESCE((SELECT min(b.reason) FROM bans b WHERE b.persona_id IN (p.id, p.origin_id)), '') AS banned
FROM personas p JOIN persona_versions v ON v.persona_id = p.id AND v.number = p.version
WHERE p.id = :id;

-- name: in_reach
SELECT p.id, p.guild_id, p.name, p.status, p.source, p.file_hash, p.version, p.origin_id, v.sheet AS sheet_json,
       COALESCE((SELECT min(b.reason) FROM bans b WHERE b.persona_id IN (p.id, p.origin_id)), '') AS banned
FROM personas p JOIN persona_versions v ON v.persona_id = p.id AND v.number = p.version
WHERE p.id = :id AND p.guild_id IN ('', :guild_id);

-- name: own
SELECT p.id, p.guild_id, p.name, p.status, p.source, p.file_hash, p.version, p.origin_id, v.sheet AS sheet_json,
       COALESCE((SELECT min(b.reason) FROM bans b WHERE b.persona_id IN (p.id, p.origin_id)), '') AS banned
FROM personas p JOIN persona_versions v ON v.persona_id = p.id AND v.number = p.version
WHERE p.guild_id = :guild_id AND p.name = :name;

-- name: called
-- The persona of this guild that answers to a word: the guild's own before the shared one it stands before.
SELECT p.id, p.guild_id, p.name, p.status, p.source, p.file_hash, p.version, p.origin_id, v.sheet AS sheet_json,
       COALESCE((SELECT min(b.reason) FROM bans b WHERE b.persona_id IN (p.id, p.origin_id)), '') AS banned
FROM persona_names n
JOIN personas p ON p.id = n.persona_id
JOIN persona_versions v ON v.persona_id = p.id AND v.number = p.version
WHERE n.name_key = :name_key AND n.guild_id IN ('', :guild_id)
  AND NOT EXISTS (
    SELECT 1 FROM personas own
    WHERE own.guild_id = :guild_id AND own.name = p.name AND own.id <> p.id AND p.guild_id = '')
ORDER BY n.guild_id DESC
LIMIT 1;

-- name: listed
SELECT p.id, p.guild_id, p.name, p.display_name, p.description, p.status,
       COALESCE((SELECT min(b.reason) FROM bans b WHERE b.persona_id IN (p.id, p.origin_id)), '') AS banned
FROM personas p
WHERE p.guild_id IN ('', :guild_id)
  AND NOT EXISTS (
    SELECT 1 FROM personas own
    WHERE own.guild_id = :guild_id AND own.name = p.name AND own.id <> p.id AND p.guild_id = '')
ORDER BY p.name
LIMIT :most;

-- name: add
INSERT INTO personas
    (id, guild_id, name, display_name, description, status, source, file_hash, origin_id, version, created_at,
     updated_at)
VALUES
    (:id, :guild_id, :name, :display_name, :description, :status, :source, :file_hash, :origin_id, 1, :now, :now);

-- name: change
UPDATE personas
SET display_name = :display_name, description = :description, status = :status, file_hash = :file_hash,
    version = version + 1, updated_at = :now
WHERE id = :id;

-- name: add_version
INSERT INTO persona_versions (id, persona_id, number, sheet, author, reason, created_at)
SELECT :id, p.id, p.version, :sheet, :author, :reason, :now FROM personas p WHERE p.id = :persona_id;

-- name: versions
SELECT number, sheet AS sheet_json, author, reason, created_at
FROM persona_versions WHERE persona_id = :persona_id ORDER BY number DESC LIMIT :most;

-- name: set_status
UPDATE personas SET status = :status, updated_at = :now WHERE id = :id;

-- name: forget_names
DELETE FROM persona_names WHERE persona_id = :persona_id;

-- name: add_name
INSERT INTO persona_names (guild_id, name_key, persona_id) VALUES (:guild_id, :name_key, :persona_id)
ON CONFLICT (guild_id, name_key) DO NOTHING;
