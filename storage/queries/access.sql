-- name: bearing
-- The rules in force of a guild, and of the operator's those that concern this guild and this person.
SELECT id, platform, guild_id, may, subject, verdict, until, reason, made_by, made_at, ended_by, ended_at
FROM access_rules
WHERE platform = :platform AND ended_at IS NULL AND (until IS NULL OR until > :now)
  AND (guild_id = :guild_id AND guild_id <> '' OR guild_id = '' AND subject IN ('servers', :server, :person))
ORDER BY id;

-- name: standing
SELECT id, platform, guild_id, may, subject, verdict, until, reason, made_by, made_at, ended_by, ended_at
FROM access_rules
WHERE platform = :platform AND guild_id = :guild_id AND may = :may AND subject = :subject AND ended_at IS NULL;

-- name: in_force
SELECT id, platform, guild_id, may, subject, verdict, until, reason, made_by, made_at, ended_by, ended_at
FROM access_rules
WHERE platform = :platform AND guild_id = :guild_id AND ended_at IS NULL AND (until IS NULL OR until > :now)
ORDER BY may, subject;

-- name: history
SELECT id, platform, guild_id, may, subject, verdict, until, reason, made_by, made_at, ended_by, ended_at
FROM access_rules
WHERE platform = :platform AND guild_id = :guild_id
ORDER BY COALESCE(ended_at, made_at) DESC, id DESC LIMIT :most;

-- name: add
INSERT INTO access_rules
    (id, platform, guild_id, may, subject, verdict, until, reason, made_by, made_at, ended_by, ended_at)
VALUES (:id, :platform, :guild_id, :may, :subject, :verdict, :until, :reason, :made_by, :made_at, '', NULL);

-- name: end
UPDATE access_rules SET ended_by = :by, ended_at = :now WHERE id = :id AND ended_at IS NULL;

-- name: hushed
-- Until when nobody may speak in the server of a conversation; a rule without an end is told as the greatest moment.
SELECT COALESCE(r.until, 9223372036854775807)
FROM conversations c JOIN access_rules r
  ON r.platform = c.platform AND r.guild_id = c.guild_id AND r.subject = 'guild:' || c.guild_id
WHERE c.id = :conversation_id AND c.guild_id <> '' AND r.may = 'speak' AND r.verdict = 'deny'
  AND r.ended_at IS NULL AND (r.until IS NULL OR r.until > :now);
