-- name: read_through
INSERT INTO memory_readings (conversation_id, through_seq, read_at) VALUES (:conversation_id, :through_seq, :now)
ON CONFLICT (conversation_id) DO UPDATE SET through_seq = excluded.through_seq, read_at = excluded.read_at
WHERE excluded.through_seq > memory_readings.through_seq;

-- name: through
SELECT through_seq FROM memory_readings WHERE conversation_id = :conversation_id;

-- name: unread
-- Here and below nothing is read of those who asked not to be heard.
-- The oldest messages of a conversation that were not read for memories; what was withheld is never read.
SELECT id, seq, role, person_id, name, content, said_at, reply_to FROM messages
WHERE conversation_id = :conversation_id AND seq > :after_seq AND deleted_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM memory_withheld h
    WHERE h.conversation_id = messages.conversation_id AND h.message_id = messages.id) AND NOT EXISTS (
    SELECT 1 FROM people who JOIN opt_outs o ON o.platform = who.platform AND o.platform_id = who.platform_id
    WHERE who.id = messages.person_id AND o.ended_at IS NULL)
ORDER BY seq LIMIT :most;

-- name: before
-- What was said just before, so that an answer is read with its question; newest first.
SELECT id, seq, role, person_id, name, content, said_at, reply_to FROM messages
WHERE conversation_id = :conversation_id AND seq < :before_seq AND seq > :fresh_seq AND deleted_at IS NULL
  AND NOT EXISTS (
    SELECT 1 FROM memory_withheld h
    WHERE h.conversation_id = messages.conversation_id AND h.message_id = messages.id) AND NOT EXISTS (
    SELECT 1 FROM people who JOIN opt_outs o ON o.platform = who.platform AND o.platform_id = who.platform_id
    WHERE who.id = messages.person_id AND o.ended_at IS NULL)
ORDER BY seq DESC LIMIT :most;

-- name: line
SELECT id, seq, role, person_id, name, content, said_at, reply_to FROM messages
WHERE conversation_id = :conversation_id AND id = :id AND deleted_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM memory_withheld h
    WHERE h.conversation_id = messages.conversation_id AND h.message_id = messages.id) AND NOT EXISTS (
    SELECT 1 FROM people who JOIN opt_outs o ON o.platform = who.platform AND o.platform_id = who.platform_id
    WHERE who.id = messages.person_id AND o.ended_at IS NULL);

-- name: mark
-- It changed, or what was drawn from it is in doubt.
INSERT INTO memory_rereads (conversation_id, message_id, marked_at)
SELECT conversation_id, id, :now FROM messages
WHERE conversation_id = :conversation_id AND id = :message_id AND deleted_at IS NULL
ON CONFLICT (conversation_id, message_id) DO UPDATE SET marked_at = excluded.marked_at;

-- name: marked
SELECT m.id, m.seq, m.role, m.person_id, m.name, m.content, m.said_at, m.reply_to
FROM memory_rereads r CROSS JOIN messages m
WHERE r.conversation_id = :conversation_id AND m.conversation_id = r.conversation_id AND m.id = r.message_id AND m.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM memory_withheld h WHERE h.conversation_id = m.conversation_id AND h.message_id = m.id)
  AND NOT EXISTS (
    SELECT 1 FROM people who JOIN opt_outs o ON o.platform = who.platform AND o.platform_id = who.platform_id
    WHERE who.id = m.person_id AND o.ended_at IS NULL)
ORDER BY m.seq + 0 LIMIT :most;

-- name: unmark
-- One that changed once more while it was read stays marked.
DELETE FROM memory_rereads
WHERE conversation_id = :conversation_id AND message_id = :message_id AND marked_at <= :until;
