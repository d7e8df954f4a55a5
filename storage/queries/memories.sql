-- name: add
INSERT INTO memories
    (id, conversation_id, seq, reach, subject_kind, subject_key, subject_name, teller_id, kind, topic,
     statement, statement_hash, importance, confidence, said_at, happened_at, happened_precision, valid_from, valid_to, tags,
     pinned, core, state, writer, author, prompt_version, uses, last_used_at, recorded_at, changed_at,
     expires_at, relation, other_name, yearly)
VALUES
    (:id, :conversation_id, :seq, :reach, :subject_kind, :subject_key, :subject_name, :teller_id, :kind, :topic, :statement,
     :statement_hash, :importance, :confidence, :said_at, :happened_at, :happened_precision, :valid_from, :valid_to,
     :tags, :pinned, :core, :state, :writer, :author, :prompt_version, :uses, :last_used_at, :recorded_at, :changed_at,
     :expires_at, :relation, :other_name, :yearly);

-- name: count_new
INSERT INTO memory_news (conversation_id, first_at, news) VALUES (:conversation_id, :recorded_at, 1)
ON CONFLICT (conversation_id) DO UPDATE
SET news = memory_news.news + 1,
    first_at = CASE WHEN excluded.first_at < memory_news.first_at THEN excluded.first_at ELSE memory_news.first_at END;

-- name: put
UPDATE memories
SET reach = :reach, subject_kind = :subject_kind, subject_key = :subject_key, subject_name = :subject_name,
    kind = :kind, topic = :topic, statement = :statement, statement_hash = :statement_hash, importance = :importance,
    confidence = :confidence, happened_at = :happened_at, happened_precision = :happened_precision,
    valid_from = :valid_from, valid_to = :valid_to, expires_at = :expires_at, relation = :relation, other_name = :other_name, yearly = :yearly,
    tags = :tags, pinned = :pinned, core = :core, state = :state,
    writer = :writer, author = :author, prompt_version = :prompt_version, changed_at = :changed_at
WHERE conversation_id = :conversation_id AND id = :id;

-- name: by_id
SELECT memories.* FROM memories WHERE conversation_id = :conversation_id AND id = :id;

-- name: in_reach
SELECT m.*
FROM memory_audiences k JOIN memories m ON m.conversation_id = k.scene_id AND m.id = k.memory_id
WHERE k.scene_id = :scene_id AND k.memory_id = :id AND k.audience_id = :conversation_id
  AND k.person_id IN ('', :person_id) AND k.shared <= :shared
LIMIT 1;

-- name: scene_of
-- For whoever names a memory by its id alone.
SELECT conversation_id FROM memories WHERE id = :id;

-- name: known
-- What an audience may know, the newest first: all of it, or where whose is not '' only what is about or from them.
SELECT m.*
FROM memory_audiences k JOIN memories m ON m.conversation_id = k.scene_id AND m.id = k.memory_id
WHERE k.audience_id = :conversation_id AND k.person_id IN ('', :person_id) AND k.shared <= :shared
  AND m.state = 'live'
  AND (:whose = '' OR m.subject_key = :whose OR m.teller_id = :whose)
ORDER BY m.pinned DESC, m.said_at DESC, m.id DESC
LIMIT :most;

-- name: scopes
-- Where memories that an audience may know can be, those learnt last first. No scene is left out that memory_audiences
-- has, and none is read through: who may know what is found there is asked of that view, one by one. Each step of the
-- recursion jumps to the next scene in which this person told something. What is added to a guild_id
-- keeps its index out of it, as in that view.
WITH RECURSIVE told_in (id) AS (
    SELECT min(m.conversation_id) FROM memories m WHERE m.teller_id = :person_id
    UNION ALL
    SELECT (SELECT min(m.conversation_id) FROM memories m
            WHERE m.teller_id = :person_id AND m.conversation_id > t.id)
    FROM told_in t WHERE t.id IS NOT NULL)
SELECT s.number AS scope
FROM (
    SELECT c.id FROM conversations c WHERE c.id = :conversation_id
    UNION
    SELECT c.id
    FROM conversations a
    JOIN conversations c ON c.platform = a.platform AND c.channel_id = a.channel_id
    WHERE a.id = :conversation_id AND :shared = 1 AND c.guild_id || '' = a.guild_id AND c.kind = a.kind
    UNION
    SELECT c.id
    FROM conversations a
    JOIN conversations c ON c.platform = a.platform AND c.channel_id = a.parent_id
    WHERE a.id = :conversation_id AND a.kind = 'thread' AND a.guild_id <> '' AND c.guild_id || '' = a.guild_id
      AND (c.persona_id = a.persona_id OR :shared = 1)
    UNION
    SELECT c.id
    FROM conversations a
    JOIN conversations c ON c.guild_id = a.guild_id AND c.platform = a.platform
    WHERE a.id = :conversation_id AND a.guild_id <> '' AND (c.persona_id = a.persona_id OR :shared = 1)
      AND EXISTS (SELECT 1 FROM memories m WHERE m.conversation_id = c.id AND m.reach = 'guild')
    UNION
    SELECT c.id
    FROM told_in t
    JOIN conversations c ON c.id = t.id
    JOIN conversations a ON a.platform || '' = c.platform AND a.persona_id = c.persona_id
    WHERE a.id = :conversation_id AND a.kind = 'dm' AND a.guild_id = '' AND c.guild_id <> '') d
JOIN scopes s ON s.key = 'memories:' || d.id
ORDER BY (SELECT max(m.recorded_at) FROM memories m WHERE m.conversation_id = d.id) DESC, s.number
LIMIT :most;

-- name: named
-- What was found in the index, whoever may know it; without the words of those who asked not to be heard.
SELECT p.number, m.conversation_id, m.id
FROM passages p
JOIN scopes s ON s.number = p.number / 4294967296
JOIN memories m ON m.conversation_id = substr(s.key, 10) AND m.id = p.source_id
WHERE p.number IN (SELECT value FROM json_each(:numbers)) AND m.state = 'live'
  AND NOT EXISTS (
    SELECT 1 FROM people who JOIN opt_outs o ON o.platform = who.platform AND o.platform_id = who.platform_id
    WHERE who.id = m.teller_id AND o.ended_at IS NULL)
ORDER BY p.number;

-- name: pins
-- What is pinned in one scope, whoever may know it; without the words of those who asked not to be heard.
SELECT m.conversation_id, m.id
FROM scopes s JOIN memories m ON m.conversation_id = substr(s.key, 10)
WHERE s.number = :scope AND m.state = 'live' AND m.pinned = 1
  AND NOT EXISTS (
    SELECT 1 FROM people who JOIN opt_outs o ON o.platform = who.platform AND o.platform_id = who.platform_id
    WHERE who.id = m.teller_id AND o.ended_at IS NULL)
ORDER BY m.id || '';

-- name: neighbours
-- What a candidate of this scene and subject may repeat or replace, the newest first.
SELECT memories.* FROM memories
WHERE conversation_id = :conversation_id AND subject_key = :subject_key AND state IN ('live', 'doubted')
ORDER BY said_at DESC, id DESC
LIMIT :most;

-- name: in_order
SELECT memories.* FROM memories
WHERE conversation_id = :conversation_id AND seq > :after_seq AND state = 'live'
ORDER BY seq LIMIT :most;

-- name: loose
SELECT memories.* FROM memories
WHERE conversation_id = :conversation_id AND said_at > :since AND state = 'live'
  AND NOT EXISTS (
    SELECT 1 FROM memory_relations r
    WHERE r.conversation_id = memories.conversation_id AND r.other_id = memories.id AND r.relation = 'derived_from')
  AND NOT EXISTS (
    SELECT 1 FROM memory_unsummed u
    WHERE u.conversation_id = memories.conversation_id AND u.memory_id = memories.id)
ORDER BY said_at, seq LIMIT :most;

-- name: leave_unsummed
INSERT INTO memory_unsummed (conversation_id, memory_id, since) VALUES (:conversation_id, :memory_id, :now)
ON CONFLICT (conversation_id, memory_id) DO NOTHING;

-- name: drawn_from
SELECT m.* FROM memories m JOIN memory_sources s ON s.conversation_id = m.conversation_id AND s.memory_id = m.id
WHERE s.conversation_id = :conversation_id AND s.message_id = :message_id
ORDER BY m.id || '';

-- name: doubted
SELECT memories.* FROM memories WHERE conversation_id = :conversation_id AND state = 'doubted' ORDER BY id;

-- name: add_source
INSERT INTO memory_sources (conversation_id, memory_id, message_id)
VALUES (:conversation_id, :memory_id, :message_id)
ON CONFLICT (conversation_id, memory_id, message_id) DO NOTHING;

-- name: sources
SELECT message_id AS id FROM memory_sources
WHERE conversation_id = :conversation_id AND memory_id = :memory_id ORDER BY message_id;

-- name: drop_source
DELETE FROM memory_sources WHERE conversation_id = :conversation_id AND message_id = :message_id;

-- name: relate
INSERT INTO memory_relations (conversation_id, memory_id, relation, other_id, made_at)
VALUES (:conversation_id, :memory_id, :relation, :other_id, :now)
ON CONFLICT (conversation_id, memory_id, relation, other_id) DO NOTHING;

-- name: related
-- What a memory stands before, was made from, or repeats.
SELECT other_id AS id FROM memory_relations
WHERE conversation_id = :conversation_id AND memory_id = :memory_id AND relation = :relation ORDER BY other_id;

-- name: relating
-- What stands before a memory, was made from it, or repeats it.
SELECT memory_id AS id FROM memory_relations
WHERE conversation_id = :conversation_id AND other_id = :memory_id AND relation = :relation ORDER BY memory_id;

-- name: newer
-- What stands before a memory, whoever may know it; without the words of those who asked not to be heard.
SELECT m.id
FROM memory_relations r JOIN memories m ON m.conversation_id = r.conversation_id AND m.id = r.memory_id
WHERE r.conversation_id = :conversation_id AND r.other_id = :memory_id AND r.relation = 'supersedes'
  AND m.state = 'live'
  AND NOT EXISTS (
    SELECT 1 FROM people who JOIN opt_outs o ON o.platform = who.platform AND o.platform_id = who.platform_id
    WHERE who.id = m.teller_id AND o.ended_at IS NULL)
ORDER BY m.id || '';

-- name: unrelate
DELETE FROM memory_relations
WHERE conversation_id = :conversation_id AND memory_id = :memory_id AND other_id = :other_id AND relation <> 'related';

-- name: unlink
-- What it was linked with by itself since then.
DELETE FROM memory_relations
WHERE conversation_id = :conversation_id AND memory_id = :memory_id AND relation = 'related' AND made_at >= :since;

-- name: unlink_others
-- What was linked with it.
DELETE FROM memory_relations
WHERE conversation_id = :conversation_id AND other_id = :memory_id AND relation = 'related';

-- name: use
INSERT INTO memory_uses (conversation_id, reply_id, position, scene_id, memory_id, why)
VALUES (:conversation_id, :reply_id, :position, :scene_id, :memory_id, :why)
ON CONFLICT (conversation_id, reply_id, position) DO NOTHING;

-- name: count_use
-- What a reply had in mind and did not rest on is no more used than before.
UPDATE memories
SET uses = uses + :more, last_used_at = CASE WHEN :more = 1 THEN :now ELSE last_used_at END
WHERE conversation_id = :conversation_id AND id = :id;

-- name: used_by
SELECT u.position, u.why, u.scene_id, u.memory_id FROM memory_uses u
WHERE u.conversation_id = :conversation_id AND u.reply_id = :reply_id ORDER BY u.position;

-- name: forget_relations
DELETE FROM memory_relations WHERE conversation_id = :conversation_id AND memory_id = :id;

-- name: forget_relating
DELETE FROM memory_relations WHERE conversation_id = :conversation_id AND other_id = :id;

-- name: forget_sources
DELETE FROM memory_sources WHERE conversation_id = :conversation_id AND memory_id = :id;

-- name: forget_uses
-- Those of other conversations as well.
DELETE FROM memory_uses WHERE scene_id = :conversation_id AND memory_id = :id;

-- name: forget_feedback
DELETE FROM memory_feedback WHERE conversation_id = :conversation_id AND memory_id = :id;

-- name: forget_unsummed
DELETE FROM memory_unsummed WHERE conversation_id = :conversation_id AND memory_id = :id;

-- name: forget
DELETE FROM memories WHERE conversation_id = :conversation_id AND id = :id;

-- name: withhold
INSERT INTO memory_withheld (conversation_id, message_id, withheld_at) VALUES (:conversation_id, :message_id, :now)
ON CONFLICT (conversation_id, message_id) DO NOTHING;

-- name: is_withheld
SELECT count(*) FROM memory_withheld WHERE conversation_id = :conversation_id AND message_id = :message_id;
