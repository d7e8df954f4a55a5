-- name: claim
INSERT INTO events (platform, client_message_id, message_id, verdict, rule, heard_at)
VALUES (:platform, :client_message_id, :message_id, :verdict, :rule, :now)
ON CONFLICT (platform, client_message_id) DO NOTHING
RETURNING message_id;

-- name: find
SELECT message_id, verdict, rule FROM events
WHERE platform = :platform AND client_message_id = :client_message_id;
