-- name: card
-- What is on a person's card in any scene, whoever may know it; without the words of those who asked not to be heard.
SELECT m.conversation_id, m.id
FROM memories m
WHERE m.core = 1 AND m.subject_key = :person_id AND m.state = 'live' AND m.valid_to IS NULL
  AND NOT EXISTS (
    SELECT 1 FROM people who JOIN opt_outs o ON o.platform = who.platform AND o.platform_id = who.platform_id
    WHERE who.id = m.teller_id AND o.ended_at IS NULL)
ORDER BY CASE WHEN m.conversation_id = :conversation_id THEN 0 ELSE 1 END, m.id LIMIT :most;

-- name: retold
-- CROSS JOIN keeps the order: from what is known of one subject to its messages.
SELECT s.memory_id AS id
FROM memories m CROSS JOIN memory_sources s
WHERE s.conversation_id = m.conversation_id AND s.memory_id = m.id
  AND m.conversation_id = :conversation_id AND m.subject_key = :subject_key AND m.state = 'live'
GROUP BY s.memory_id HAVING count(*) > 1;
