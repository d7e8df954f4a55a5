-- name: found
-- What people of one scope are called, whoever may know it; without the words of those who asked not to be heard.
SELECT m.conversation_id, m.id, m.subject_key AS person_id, m.subject_name, m.statement
FROM scopes s JOIN memories m ON m.conversation_id = substr(s.key, 10)
WHERE s.number = :scope AND m.topic IN ('name', 'nickname') AND m.subject_kind = 'person' AND m.state = 'live'
  AND NOT EXISTS (
    SELECT 1 FROM people who JOIN opt_outs o ON o.platform = who.platform AND o.platform_id = who.platform_id
    WHERE who.id IN (m.teller_id, m.subject_key) AND o.ended_at IS NULL)
ORDER BY m.id || '' DESC LIMIT :most;
