-- name: seen
-- The conversation itself; beside it, in a guild, those of its own guild that the caller knows to be visible there.
SELECT s.number AS scope, c.id AS conversation_id, c.fresh_seq
FROM conversations own
JOIN conversations c ON c.id = own.id
  OR (own.guild_id <> '' AND c.platform = own.platform AND c.guild_id = own.guild_id
      AND c.kind IN ('channel', 'thread') AND c.id IN (SELECT value FROM json_each(:visible)))
JOIN scopes s ON s.key = c.id
WHERE own.id = :conversation_id
ORDER BY s.number;

-- name: names
-- Each step of the recursion jumps to the next name in the index, so that nothing else is read.
WITH RECURSIVE speakers (name) AS (
    SELECT min(name) FROM messages WHERE conversation_id = :conversation_id
    UNION ALL
    SELECT (SELECT min(m.name) FROM messages m WHERE m.conversation_id = :conversation_id AND m.name > s.name)
    FROM speakers s WHERE s.name IS NOT NULL)
SELECT s.name, coalesce(
    (SELECT m.person_id FROM messages m WHERE m.conversation_id = :conversation_id AND m.name = s.name LIMIT 1),
    '') AS person_id
FROM speakers s WHERE s.name IS NOT NULL LIMIT :most;

-- name: having
SELECT rowid AS number FROM passage_words
WHERE passage_words MATCH '"' || :word || '"' AND rowid BETWEEN :first AND :last
ORDER BY rowid DESC LIMIT :most;

-- name: nearest
SELECT number FROM passage_bits
WHERE bits MATCH vec_bit(:bits) AND k = :most AND scope = :scope AND model = :model
  AND number BETWEEN :first AND :last;

-- name: alike
-- CROSS JOIN keeps the order: from these numbers to their vectors, never through all vectors of a model.
SELECT v.number, 1 - vec_distance_cosine(v.vector, vec_f32(:vector)) AS likeness
FROM json_each(:numbers) n CROSS JOIN vectors v
WHERE v.number = n.value AND v.number BETWEEN :first AND :last AND v.model = :model;

-- name: drawn
-- A memory rests on messages of its own conversation, which is the scope of their passages. CROSS JOIN keeps the order:
-- from these memories to their messages, and from those to where they stand in the index.
SELECT p.number, s.memory_id
FROM scopes c CROSS JOIN json_each(:memory_ids) n CROSS JOIN memory_sources s CROSS JOIN passages p
WHERE c.number = :scope AND s.conversation_id = c.key AND s.memory_id = n.value AND p.source_id = s.message_id
  AND p.number BETWEEN :first AND :last
ORDER BY p.number, s.memory_id;

-- name: told
SELECT p.number, m.id, m.conversation_id, m.role, m.person_id, m.name, m.content, m.said_at
FROM passages p
JOIN scopes s ON s.number = p.number / 4294967296
JOIN messages m ON m.conversation_id = s.key AND m.id = p.source_id
WHERE p.number IN (SELECT value FROM json_each(:numbers)) AND p.number BETWEEN :first AND :last
  AND NOT EXISTS (
    SELECT 1 FROM people who JOIN opt_outs o ON o.platform = who.platform AND o.platform_id = who.platform_id
    WHERE who.id = m.person_id AND o.ended_at IS NULL)
ORDER BY p.number;

-- name: size
SELECT count(*) FROM passages WHERE number BETWEEN :first AND :last;
