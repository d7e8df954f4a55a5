-- name: named
-- A list is unfolded by another function here.
SELECT p.number, m.conversation_id, m.id
FROM passages p
JOIN scopes s ON s.number = p.number / 4294967296
JOIN memories m ON m.conversation_id = substr(s.key, 10) AND m.id = p.source_id
WHERE p.number IN (SELECT CAST(jsonb_array_elements_text(CAST(:numbers AS jsonb)) AS bigint)) AND m.state = 'live'
  AND NOT EXISTS (
    SELECT 1 FROM people who JOIN opt_outs o ON o.platform = who.platform AND o.platform_id = who.platform_id
    WHERE who.id = m.teller_id AND o.ended_at IS NULL)
ORDER BY p.number;
