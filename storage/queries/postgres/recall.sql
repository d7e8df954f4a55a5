-- name: seen
-- A list is unfolded by another function here.
SELECT s.number AS scope, c.id AS conversation_id, c.fresh_seq
FROM conversations own
JOIN conversations c ON c.id = own.id
  OR (own.guild_id <> '' AND c.platform = own.platform AND c.guild_id = own.guild_id
      AND c.kind IN ('channel', 'thread') AND c.id IN (SELECT jsonb_array_elements_text(CAST(:visible AS jsonb))))
JOIN scopes s ON s.key = c.id
WHERE own.id = :conversation_id
ORDER BY s.number;

-- name: having
-- Words are found by a tsquery.
SELECT number FROM passages
WHERE words @@ phraseto_tsquery('english', :word) AND number BETWEEN :first AND :last
ORDER BY number DESC LIMIT :most;

-- name: nearest
-- The distance of bits is an operator of pgvector.
SELECT number FROM passage_bits
WHERE scope = :scope AND model = :model AND number BETWEEN :first AND :last
ORDER BY bits <~> CAST('x' || encode(:bits, 'hex') AS bit(384)), number LIMIT :most;

-- name: alike
-- The distance of vectors is an operator of pgvector, and a list is unfolded by another function.
SELECT number, 1 - (vector <=> CAST(:vector AS vector)) AS likeness
FROM vectors
WHERE number IN (SELECT CAST(jsonb_array_elements_text(CAST(:numbers AS jsonb)) AS bigint))
  AND number BETWEEN :first AND :last AND model = :model;

-- name: drawn
-- A list is unfolded by another function here.
SELECT p.number, s.memory_id
FROM scopes c
JOIN memory_sources s ON s.conversation_id = c.key
JOIN passages p ON p.source_id = s.message_id
WHERE c.number = :scope
  AND s.memory_id IN (SELECT jsonb_array_elements_text(CAST(:memory_ids AS jsonb)))
  AND p.number BETWEEN :first AND :last
ORDER BY p.number, s.memory_id;

-- name: told
-- A list is unfolded by another function here.
SELECT p.number, m.id, m.conversation_id, m.role, m.person_id, m.name, m.content, m.said_at
FROM passages p
JOIN scopes s ON s.number = p.number / 4294967296
JOIN messages m ON m.conversation_id = s.key AND m.id = p.source_id
WHERE p.number IN (SELECT CAST(jsonb_array_elements_text(CAST(:numbers AS jsonb)) AS bigint))
  AND p.number BETWEEN :first AND :last
  AND NOT EXISTS (
    SELECT 1 FROM people who JOIN opt_outs o ON o.platform = who.platform AND o.platform_id = who.platform_id
    WHERE who.id = m.person_id AND o.ended_at IS NULL)
ORDER BY p.number;
