-- name: named
-- In any scene and whoever may know it, the newest first; without the words of those who asked not to be heard.
SELECT m.conversation_id, m.id
FROM memories m
WHERE m.teller_id = :person_id AND m.relation = :relation AND m.relation <> '' AND m.state = 'live'
  AND m.valid_to IS NULL
  AND NOT EXISTS (
    SELECT 1 FROM people who JOIN opt_outs o ON o.platform = who.platform AND o.platform_id = who.platform_id
    WHERE who.id = m.teller_id AND o.ended_at IS NULL)
ORDER BY m.said_at DESC, m.id LIMIT :most;
