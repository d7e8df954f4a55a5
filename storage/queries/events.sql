-- name: claim
INSERT INTO events (platform, client_message_id, message_id, verdict, rule, heard_at)
VALUES (:platform, :client_message_id, :message_id, :verdict, :rule, :now)
ON CONFLICT (platform, client_message_id) DO NOTHING
RETURNING message_id;

-- name: find
SELECT message_id, verdict, rule FROM events
WHERE platform = :platform AND client_message_id = :client_message_id;

-- name: led_to
-- The rule of the newest message that a persona's message answers, found by the latter's id on the platform.
SELECT e.rule
FROM deliveries d
JOIN conversations c ON c.id = d.conversation_id
JOIN messages m ON m.conversation_id = d.conversation_id AND m.work_id = d.work_id AND m.role = 'person'
JOIN events e ON e.platform = c.platform AND e.client_message_id = m.client_message_id
WHERE d.platform_message_id = :platform_message_id AND d.platform_message_id <> ''
  AND c.platform = :platform AND c.channel_id = :channel_id
ORDER BY m.seq + 0 DESC LIMIT 1;

-- name: led_to_long_ago
SELECT s.rule FROM spoken s JOIN conversations c ON c.id = s.conversation_id
WHERE s.platform_message_id = :platform_message_id AND s.rule <> ''
  AND c.platform = :platform AND c.channel_id = :channel_id;
