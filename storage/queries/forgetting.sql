-- name: newest
-- Until when somebody was heard, on the platform's own clock.
SELECT max(said_at) FROM messages WHERE person_id = :person_id;

-- name: people
-- Everybody who was there before the newest tombstone, to be compared with all of them.
SELECT platform, platform_id, first_heard_at AS since FROM people
WHERE first_heard_at <= :until AND platform_id NOT LIKE 'forgotten:%'
UNION
SELECT platform, platform_id, min(chosen_at) FROM choices WHERE chosen_at <= :until GROUP BY platform, platform_id
UNION
SELECT platform, owner_id, min(set_at) FROM provider_keys WHERE kind = 'person' AND set_at <= :until
GROUP BY platform, owner_id;

-- name: user_scopes
SELECT scope AS key, min(changed_at) AS since FROM setting_changes
WHERE scope LIKE 'user:%' AND changed_at <= :until GROUP BY scope;

-- name: scenes
-- The first of their messages in each.
SELECT conversation_id, min(id) AS id FROM messages
WHERE person_id = :person_id AND said_at <= :until AND (name <> '' OR deleted_at IS NULL)
GROUP BY conversation_id ORDER BY conversation_id;

-- name: hold
-- Where several write at once, nobody keeps words of theirs until this transaction ends.
UPDATE people SET last_heard_at = last_heard_at WHERE id = :person_id;

-- name: messages
-- What is without its words and its name is done.
SELECT conversation_id, id FROM messages
WHERE person_id = :person_id AND said_at <= :until AND (name <> '' OR deleted_at IS NULL)
ORDER BY id LIMIT :most;

-- name: empty_message
-- The row stays: it keeps the order of its conversation, and hearing it again harmless.
UPDATE messages SET name = '', content = '', content_hash = '', deleted_at = COALESCE(deleted_at, :now)
WHERE conversation_id = :conversation_id AND id = :id;

-- name: replies
-- What personas said in answer to them. CROSS JOIN keeps the order: through the work, never through all that was said.
SELECT m.conversation_id, m.id
FROM work w CROSS JOIN messages m
WHERE m.conversation_id = w.conversation_id AND m.work_id = w.id AND w.person_id = :person_id
  AND w.created_at <= :until AND m.role = 'persona' AND m.deleted_at IS NULL
UNION
SELECT m.conversation_id, m.id
FROM messages asked JOIN messages m ON m.conversation_id = asked.conversation_id AND m.reply_to = asked.id
WHERE asked.person_id = :person_id AND asked.said_at <= :until AND m.role = 'persona' AND m.deleted_at IS NULL
ORDER BY 2 LIMIT :most;

-- name: replies_in
-- All that a persona said where it was alone with them.
SELECT conversation_id, id FROM messages
WHERE conversation_id = :conversation_id AND role = 'persona' AND deleted_at IS NULL AND said_at <= :until
ORDER BY id LIMIT :most;

-- name: empty_reply
UPDATE messages SET content = '', content_hash = '', deleted_at = COALESCE(deleted_at, :now)
WHERE conversation_id = :conversation_id AND id = :id;

-- name: used_in
-- Replies of other conversations as well: of whatever audience could know it.
SELECT DISTINCT conversation_id, reply_id AS id FROM memory_uses
WHERE scene_id = :scene_id AND memory_id = :memory_id ORDER BY 2;

-- name: forget_uses
DELETE FROM memory_uses WHERE conversation_id = :conversation_id AND reply_id = :reply_id;

-- name: forget_reread
DELETE FROM memory_rereads WHERE conversation_id = :conversation_id AND message_id = :message_id;

-- name: memories
-- What they told, what is about them, and what they worded.
SELECT conversation_id, id FROM memories
WHERE (teller_id = :person_id OR subject_key = :person_id) AND said_at <= :until
UNION
SELECT m.conversation_id, m.id
FROM memory_changes c JOIN memories m ON m.conversation_id = c.conversation_id AND m.id = c.memory_id
WHERE c.action = 'edit' AND c.made_at <= :until
  AND (c.actor = :person_id OR c.actor = :called OR c.actor LIKE :marked ESCAPE '!')
ORDER BY 2 LIMIT :most;

-- name: conversations
-- Those a persona held with them alone; in a direct channel those of every persona.
SELECT c.id, c.platform, c.channel_id, c.kind
FROM (SELECT s.platform, s.channel_id, s.kind FROM messages m JOIN conversations s ON s.id = m.conversation_id
      WHERE m.person_id = :person_id AND m.said_at <= :until
      UNION
      SELECT s.platform, s.channel_id, s.kind FROM work w JOIN conversations s ON s.id = w.conversation_id
      WHERE w.person_id = :person_id AND w.created_at <= :until
      UNION
      SELECT s.platform, s.channel_id, s.kind FROM memories y JOIN conversations s ON s.id = y.conversation_id
      WHERE y.teller_id = :person_id AND y.said_at <= :until) theirs
JOIN conversations c ON c.platform = theirs.platform AND c.channel_id = theirs.channel_id
WHERE theirs.kind IN ('dm', 'terminal') AND NOT EXISTS (
    SELECT 1 FROM messages o
    WHERE o.conversation_id = c.id AND o.role = 'person' AND o.name <> '' AND o.person_id <> :person_id)
ORDER BY c.id;

-- name: work
-- Whatever still holds something, or is still owed.
SELECT w.id, w.state FROM work w
WHERE w.person_id = :person_id AND w.created_at <= :until
  AND (w.state IN ('ready', 'running', 'retrying', 'buried') OR w.payload <> '{}' OR w.partial <> '' OR w.detail <> ''
       OR EXISTS (SELECT 1 FROM deliveries d WHERE d.conversation_id = w.conversation_id AND d.work_id = w.id
                  AND (d.state IN ('live', 'owed', 'sending') OR d.content <> '' OR d.tried_content <> ''
                       OR d.answered <> '' OR d.reply_to <> '' OR d.buttons <> '[]')))
ORDER BY w.id LIMIT :most;

-- name: work_in
SELECT w.id, w.state FROM work w
WHERE w.conversation_id = :conversation_id AND w.created_at <= :until
  AND (w.state IN ('ready', 'running', 'retrying', 'buried') OR w.payload <> '{}' OR w.partial <> '' OR w.detail <> ''
       OR EXISTS (SELECT 1 FROM deliveries d WHERE d.conversation_id = w.conversation_id AND d.work_id = w.id
                  AND (d.state IN ('live', 'owed', 'sending') OR d.content <> '' OR d.tried_content <> ''
                       OR d.answered <> '' OR d.reply_to <> '' OR d.buttons <> '[]')))
ORDER BY w.id LIMIT :most;

-- name: empty_work
UPDATE work
SET payload = '{}', partial = '', detail = '', dedupe_key = NULL, finished_at = COALESCE(finished_at, :now),
    state = CASE WHEN state = 'done' THEN 'done' ELSE 'cancelled' END
WHERE id = :id;

-- name: empty_deliveries
-- What the platform shows of an unfinished reply is taken away; of one of which it may have nothing, nothing is said.
UPDATE deliveries
SET content = '', tried_content = '', answered = '', reply_to = '', buttons = '[]',
    run_after = CASE WHEN state IN ('live', 'owed') THEN :now ELSE run_after END,
    state = CASE WHEN state IN ('sent', 'dropped') THEN state
                 WHEN platform_message_id = '' THEN 'dropped'
                 WHEN state = 'sending' THEN 'sending'
                 ELSE 'owed' END
WHERE conversation_id = (SELECT w.conversation_id FROM work w WHERE w.id = :work_id) AND work_id = :work_id;

-- name: drop_deliveries
-- The channel they were for is not known any more.
UPDATE deliveries SET state = 'dropped'
WHERE conversation_id = :conversation_id AND state IN ('live', 'owed', 'sending') AND content = '';

-- name: forget_choices
DELETE FROM choices WHERE platform = :platform AND platform_id = :platform_id AND chosen_at <= :until;

-- name: forget_keys
DELETE FROM provider_keys
WHERE kind = 'person' AND platform = :platform AND owner_id = :platform_id AND set_at <= :until;

-- name: forget_opt_out
-- One that is over; what it covered the tombstone covers. One that holds is still their wish.
DELETE FROM opt_outs WHERE platform = :platform AND platform_id = :platform_id AND ended_at <= :until;

-- name: forget_pause
-- As with an opt-out: one that is over.
DELETE FROM memory_pauses WHERE platform = :platform AND platform_id = :platform_id AND ended_at <= :until;

-- name: forget_feedback
DELETE FROM memory_feedback WHERE person_id = :person_id AND given_at <= :until;

-- name: forget_settings
DELETE FROM setting_changes WHERE scope = :scope AND changed_at <= :until;

-- name: unname_memories
UPDATE memories SET author = :nobody
WHERE recorded_at <= :until AND (author = :called OR author LIKE :marked ESCAPE '!');

-- name: unname_memory_changes
-- An entry of theirs keeps no words either.
UPDATE memory_changes SET candidate = '', before_state = '', after_state = '', reason = '', actor = :nobody
WHERE made_at <= :until AND (actor = :person_id OR actor = :called OR actor LIKE :marked ESCAPE '!');

-- name: unname_settings
UPDATE setting_changes SET changed_by = :nobody, reason = ''
WHERE changed_at <= :until AND (changed_by = :called OR changed_by LIKE :marked ESCAPE '!');

-- name: unname_bindings
UPDATE bindings SET bound_by = :nobody
WHERE bound_at <= :until AND (bound_by = :called OR bound_by LIKE :marked ESCAPE '!');

-- name: unname_bans
UPDATE bans SET banned_by = :nobody
WHERE banned_at <= :until AND (banned_by = :called OR banned_by LIKE :marked ESCAPE '!');

-- name: unname_personas
UPDATE persona_versions SET author = :nobody, reason = ''
WHERE created_at <= :until AND (author = :called OR author LIKE :marked ESCAPE '!');

-- name: unname_prompts
UPDATE prompt_versions SET author = :nobody, reason = ''
WHERE created_at <= :until AND (author = :called OR author LIKE :marked ESCAPE '!');

-- name: unname_lore
-- What they wrote belongs to the place they wrote it for.
UPDATE lore SET author = :nobody
WHERE made_at <= :until AND (author = :called OR author LIKE :marked ESCAPE '!');

-- name: unname_lore_changes
UPDATE lore_changes SET actor = :nobody, reason = ''
WHERE made_at <= :until AND (actor = :called OR actor LIKE :marked ESCAPE '!');

-- name: unname_access
-- A rule about them stays, as it is the server's or the operator's; so does a persona they muted.
UPDATE access_rules SET made_by = :nobody, reason = ''
WHERE made_at <= :until AND (made_by = :called OR made_by LIKE :marked ESCAPE '!');

-- name: unname_alerts
UPDATE alerts SET acknowledged_by = :nobody
WHERE acknowledged_at <= :until AND (acknowledged_by = :called OR acknowledged_by LIKE :marked ESCAPE '!');

-- name: unname_access_ends
UPDATE access_rules SET ended_by = :nobody
WHERE ended_at <= :until AND (ended_by = :called OR ended_by LIKE :marked ESCAPE '!');

-- name: unname_pairings
UPDATE pairings SET approved_by = :nobody
WHERE approved_at <= :until AND (approved_by = :called OR approved_by LIKE :marked ESCAPE '!');

-- name: forget_pairing
DELETE FROM pairings WHERE platform = :platform AND platform_id = :platform_id AND asked_at <= :until;

-- name: forget_cursor
DELETE FROM cursors WHERE platform = :platform AND channel_id = :channel_id;

-- name: forget_binding
DELETE FROM bindings WHERE platform = :platform AND channel_id = :channel_id AND bound_at <= :until;

-- name: unname_channel
-- Whoever talks there again does so in a new conversation; one that goes on there already keeps its channel.
UPDATE conversations SET channel_id = 'forgotten:' || id
WHERE id = :id AND NOT EXISTS (
    SELECT 1 FROM messages m WHERE m.conversation_id = conversations.id AND m.said_at > :until);

-- name: unname_person
UPDATE people SET name = '', platform_id = 'forgotten:' || id
WHERE id = :id AND NOT EXISTS (
    SELECT 1 FROM messages m WHERE m.person_id = people.id AND m.said_at > :until);

-- name: begin_anew
-- They went on talking after the moment up to which they are forgotten, so this is where they begin.
UPDATE people SET first_heard_at = :until + 1 WHERE id = :id AND first_heard_at <= :until;
