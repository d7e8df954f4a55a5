-- name: person
SELECT name, first_heard_at, last_heard_at FROM people WHERE id = :person_id;

-- name: messages
-- What somebody said, the newest first, without what was taken back.
SELECT m.conversation_id, m.id, c.platform, c.guild_id, c.channel_id, c.kind, p.display_name AS persona, m.said_at,
       m.content
FROM messages m JOIN conversations c ON c.id = m.conversation_id JOIN personas p ON p.id = c.persona_id
WHERE m.person_id = :person_id AND m.deleted_at IS NULL
ORDER BY m.said_at DESC, m.id DESC LIMIT :most OFFSET :passed;

-- name: count_messages
SELECT count(*) FROM messages WHERE person_id = :person_id AND deleted_at IS NULL;

-- name: revisions
SELECT content AS text, replaced_at AS at FROM revisions
WHERE conversation_id = :conversation_id AND message_id = :message_id ORDER BY revision;

-- name: answers
SELECT content AS text, said_at AS at FROM messages
WHERE conversation_id = :conversation_id AND reply_to = :message_id AND role = 'persona' AND deleted_at IS NULL
ORDER BY id || '';

-- name: memories
SELECT m.id, p.display_name AS persona, m.statement, m.kind, m.topic, m.subject_name, m.reach, m.state, m.said_at,
       m.valid_from, m.valid_to, m.recorded_at
FROM memories m JOIN conversations c ON c.id = m.conversation_id JOIN personas p ON p.id = c.persona_id
WHERE m.teller_id = :person_id OR m.subject_key = :person_id
ORDER BY m.id;

-- name: opinions
-- What they said of memories, their own or not.
SELECT memory_id, verdict, given_at FROM memory_feedback WHERE person_id = :person_id ORDER BY given_at, memory_id;

-- name: choices
SELECT h.guild_id, p.display_name AS persona, h.chosen_at
FROM choices h JOIN personas p ON p.id = h.persona_id
WHERE h.platform = :platform AND h.platform_id = :platform_id
ORDER BY h.guild_id;

-- name: settings
-- What they set for themselves, and what they set for others.
SELECT scope, name, old_value, new_value, reason, changed_at FROM setting_changes
WHERE scope = :scope OR changed_by = :called OR changed_by LIKE :marked ESCAPE '!'
ORDER BY generation;

-- name: keys
-- That they are held, and by what their owner knows them again; what is sealed is handed to nobody.
SELECT provider, ends_in, set_at FROM provider_keys
WHERE kind = 'person' AND platform = :platform AND owner_id = :platform_id
ORDER BY provider;

-- name: deeds
-- Where their name stands with what they made or did for a server.
SELECT 'version of a persona' AS deed, p.display_name AS name, v.reason, v.created_at AS at
FROM persona_versions v JOIN personas p ON p.id = v.persona_id
WHERE v.author = :called OR v.author LIKE :marked ESCAPE '!'
UNION ALL
SELECT 'version of a prompt', v.slot, v.reason, v.created_at FROM prompt_versions v
WHERE v.author = :called OR v.author LIKE :marked ESCAPE '!'
UNION ALL
SELECT 'channel given to a persona', b.channel_id, '', b.bound_at FROM bindings b
WHERE b.bound_by = :called OR b.bound_by LIKE :marked ESCAPE '!'
UNION ALL
SELECT 'ban of a persona', p.display_name, b.reason, b.banned_at FROM bans b JOIN personas p ON p.id = b.persona_id
WHERE b.banned_by = :called OR b.banned_by LIKE :marked ESCAPE '!'
UNION ALL
SELECT 'change of the lorebook', l.title, l.reason, l.made_at FROM lore_changes l
WHERE l.actor = :called OR l.actor LIKE :marked ESCAPE '!'
UNION ALL
SELECT 'rule of access', r.subject, r.reason, r.made_at FROM access_rules r
WHERE r.made_by = :called OR r.made_by LIKE :marked ESCAPE '!'
UNION ALL
SELECT 'end of a rule of access', r.subject, '', r.ended_at FROM access_rules r
WHERE r.ended_by = :called OR r.ended_by LIKE :marked ESCAPE '!'
UNION ALL
SELECT 'let into direct messages', p.platform_id, '', p.approved_at FROM pairings p
WHERE p.approved_by = :called OR p.approved_by LIKE :marked ESCAPE '!'
ORDER BY 4, 1, 2;

-- name: rules
-- What servers and the operator ruled about them.
SELECT guild_id, may, verdict, until, made_at FROM access_rules
WHERE platform = :platform AND subject = :subject AND ended_at IS NULL ORDER BY id;

-- name: mutes
SELECT p.display_name AS persona, m.muted_at FROM mutes m JOIN personas p ON p.id = m.persona_id
WHERE m.platform = :platform AND m.platform_id = :platform_id ORDER BY m.muted_at;

-- name: pairings
SELECT asked_at, approved_at FROM pairings WHERE platform = :platform AND platform_id = :platform_id;
