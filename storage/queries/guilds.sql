-- name: scenes
SELECT id, channel_id FROM conversations WHERE platform = :platform AND guild_id = :guild_id ORDER BY id;

-- name: messages
-- What still has words or a name, people's and personas'.
SELECT m.conversation_id, m.id, m.role AS kind FROM conversations c JOIN messages m ON m.conversation_id = c.id
WHERE c.platform = :platform AND c.guild_id = :guild_id
  AND (m.deleted_at IS NULL OR (m.role = 'person' AND m.name <> '')) ORDER BY m.id LIMIT :most;

-- name: memories
SELECT r.conversation_id, r.id, r.kind FROM conversations c JOIN memories r ON r.conversation_id = c.id
WHERE c.platform = :platform AND c.guild_id = :guild_id ORDER BY r.id LIMIT :most;

-- name: work
SELECT w.conversation_id, w.id, w.state AS kind FROM conversations c JOIN work w ON w.conversation_id = c.id
WHERE c.platform = :platform AND c.guild_id = :guild_id
  AND (w.state IN ('ready', 'running', 'retrying', 'buried') OR w.payload <> '{}' OR w.partial <> '' OR w.detail <> ''
       OR EXISTS (SELECT 1 FROM deliveries d WHERE d.conversation_id = w.conversation_id AND d.work_id = w.id
                  AND (d.state IN ('live', 'owed', 'sending') OR d.content <> '' OR d.tried_content <> ''
                       OR d.answered <> '' OR d.reply_to <> '' OR d.buttons <> '[]')))
ORDER BY w.id LIMIT :most;

-- name: drop_deliveries
-- Nobody can take them away where we are no part of any more.
UPDATE deliveries SET state = 'dropped'
WHERE conversation_id = (SELECT w.conversation_id FROM work w WHERE w.id = :work_id) AND work_id = :work_id
  AND state IN ('live', 'owed', 'sending');

-- name: forget_lore
DELETE FROM lore WHERE scope LIKE :scope ESCAPE '!' OR scope IN (
    SELECT 'persona:' || p.id FROM personas p WHERE p.guild_id = :guild_id);

-- name: forget_lore_changes
DELETE FROM lore_changes WHERE scope LIKE :scope ESCAPE '!' OR scope IN (
    SELECT 'persona:' || p.id FROM personas p WHERE p.guild_id = :guild_id);

-- name: forget_bindings
DELETE FROM bindings WHERE platform = :platform AND guild_id = :guild_id;

-- name: forget_choices
DELETE FROM choices WHERE platform = :platform AND guild_id = :guild_id;

-- name: forget_rules
DELETE FROM access_rules WHERE platform = :platform AND guild_id = :guild_id;

-- name: forget_keys
DELETE FROM provider_keys WHERE kind = 'guild' AND platform = :platform AND owner_id = :guild_id;

-- name: forget_spending
DELETE FROM spending WHERE subject = :subject;

-- name: forget_alerts
DELETE FROM alerts WHERE scope LIKE :scope ESCAPE '!';

-- name: empty_prompts
-- The rows of a guild's own personas stay, because its conversations are theirs; their words go.
UPDATE prompt_versions SET template = '', author = '', reason = ''
WHERE persona_id IN (SELECT p.id FROM personas p WHERE p.guild_id = :guild_id);

-- name: empty_sheets
UPDATE persona_versions SET sheet = :sheet, author = '', reason = ''
WHERE persona_id IN (SELECT p.id FROM personas p WHERE p.guild_id = :guild_id);

-- name: forget_names
DELETE FROM persona_names WHERE persona_id IN (SELECT p.id FROM personas p WHERE p.guild_id = :guild_id);

-- name: empty_personas
UPDATE personas SET name = id, status = 'archived', display_name = :nobody, description = '' WHERE guild_id = :guild_id;

-- name: forget_turns
DELETE FROM bot_turns WHERE platform = :platform AND channel_id = :channel_id;
