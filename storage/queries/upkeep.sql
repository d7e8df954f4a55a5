-- name: size
SELECT c.page_count * s.page_size FROM pragma_page_count() c, pragma_page_size() s;

-- name: over
-- Work that ended before then and of which nothing is on its way any more.
SELECT w.id FROM work w
WHERE w.finished_at < :before AND w.state IN ('done', 'cancelled', 'buried')
  AND NOT EXISTS (
    SELECT 1 FROM deliveries d
    WHERE d.conversation_id = w.conversation_id AND d.work_id = w.id AND d.state IN ('live', 'owed', 'sending'))
ORDER BY w.finished_at, w.id LIMIT :most;

-- name: remember_spoken
INSERT INTO spoken (conversation_id, platform_message_id, rule, reply_id)
SELECT d.conversation_id, d.platform_message_id, COALESCE((
    SELECT e.rule
    FROM messages m
    JOIN conversations c ON c.id = m.conversation_id
    JOIN events e ON e.platform = c.platform AND e.client_message_id = m.client_message_id
    WHERE m.conversation_id = d.conversation_id AND m.work_id = d.work_id AND m.role = 'person'
    ORDER BY m.seq + 0 DESC LIMIT 1), ''), COALESCE((
    SELECT min(m.id || '') FROM messages m
    WHERE m.conversation_id = d.conversation_id AND m.work_id = d.work_id AND m.role = 'persona'), '')
FROM deliveries d
WHERE d.conversation_id = (SELECT w.conversation_id FROM work w WHERE w.id = :work_id) AND d.work_id = :work_id
  AND d.platform_message_id <> ''
ON CONFLICT (conversation_id, platform_message_id) DO NOTHING;

-- name: let_deliveries_go
DELETE FROM deliveries
WHERE conversation_id = (SELECT w.conversation_id FROM work w WHERE w.id = :work_id) AND work_id = :work_id;

-- name: let_calls_go
DELETE FROM model_calls
WHERE conversation_id = (SELECT w.conversation_id FROM work w WHERE w.id = :work_id) AND work_id = :work_id;

-- name: part_from_messages
UPDATE messages SET work_id = NULL
WHERE conversation_id = (SELECT w.conversation_id FROM work w WHERE w.id = :work_id) AND work_id = :work_id;

-- name: let_work_go
DELETE FROM work WHERE id = :work_id;

-- name: taken_back
-- The first term names the partial index. What may still be edited or taken back needs its event.
SELECT e.platform, e.client_message_id
FROM messages m
JOIN conversations c ON c.id = m.conversation_id
JOIN events e ON e.platform = c.platform AND e.client_message_id = m.client_message_id
WHERE m.deleted_at IS NOT NULL AND m.deleted_at < :before AND e.heard_at < :before
ORDER BY m.deleted_at LIMIT :most;

-- name: picked
-- A press or an order is no message on the platform, so nobody can edit it or take it back.
SELECT e.platform, e.client_message_id FROM events e
WHERE e.rule = 'PICKED' AND e.heard_at < :before
ORDER BY e.heard_at LIMIT :most;

-- name: let_event_go
DELETE FROM events WHERE platform = :platform AND client_message_id = :client_message_id;
