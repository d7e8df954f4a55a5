-- name: add
INSERT INTO messages
    (id, conversation_id, seq, role, client_message_id, person_id, name, content, content_hash, revision, whole,
     reply_to, work_id, voice_version_id, house_version_id, history_cut, said_at, deleted_at)
VALUES
    (:id, :conversation_id, :seq, :role, :client_message_id, :person_id, :name, :content, :content_hash, 1, :whole,
     :reply_to, :work_id, :voice_version_id, :house_version_id, :history_cut, :said_at, NULL);

-- name: by_id
SELECT id, conversation_id, seq, role, client_message_id, person_id, name, content, content_hash, revision, whole,
       reply_to, work_id, voice_version_id, house_version_id, history_cut, said_at, deleted_at
FROM messages WHERE conversation_id = :conversation_id AND id = :id;

-- name: heard
-- By its id on the platform.
SELECT m.id, m.conversation_id, m.seq, m.role, m.client_message_id, m.person_id, m.name, m.content, m.content_hash,
       m.revision, m.whole, m.reply_to, m.work_id, m.voice_version_id, m.house_version_id, m.history_cut, m.said_at,
       m.deleted_at
FROM conversations c JOIN messages m ON m.conversation_id = c.id
WHERE c.platform = :platform AND c.channel_id = :channel_id AND m.client_message_id = :client_message_id;

-- name: newest
-- Without the words of those who asked not to be heard.
SELECT id, conversation_id, seq, role, client_message_id, person_id, name, content, content_hash, revision, whole,
       reply_to, work_id, voice_version_id, house_version_id, history_cut, said_at, deleted_at
FROM messages
WHERE conversation_id = :conversation_id AND seq > :after_seq AND deleted_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM people who JOIN opt_outs o ON o.platform = who.platform AND o.platform_id = who.platform_id
    WHERE who.id = messages.person_id AND o.ended_at IS NULL)
ORDER BY seq DESC LIMIT :most;

-- name: left_in
SELECT id, conversation_id, seq, role, client_message_id, person_id, name, content, content_hash, revision, whole,
       reply_to, work_id, voice_version_id, house_version_id, history_cut, said_at, deleted_at
FROM messages
WHERE conversation_id = :conversation_id AND seq > :after_seq AND deleted_at IS NULL
ORDER BY seq LIMIT :most;

-- name: asked
-- The words a work item answers, in order; a persona's own reply to it is not among them. What is added to what it is
-- ordered by, here and in other queries, keeps SQLite from going through all of the conversation in that order.
SELECT id, conversation_id, seq, role, client_message_id, person_id, name, content, content_hash, revision, whole,
       reply_to, work_id, voice_version_id, house_version_id, history_cut, said_at, deleted_at
FROM messages
WHERE conversation_id = (SELECT w.conversation_id FROM work w WHERE w.id = :work_id) AND work_id = :work_id
  AND role = 'person' AND deleted_at IS NULL
ORDER BY seq + 0;

-- name: tombstones
SELECT count(*) FROM messages
WHERE conversation_id = (SELECT w.conversation_id FROM work w WHERE w.id = :work_id) AND work_id = :work_id
  AND role = 'person' AND deleted_at IS NOT NULL;

-- name: reply
SELECT id, conversation_id, seq, role, client_message_id, person_id, name, content, content_hash, revision, whole,
       reply_to, work_id, voice_version_id, house_version_id, history_cut, said_at, deleted_at
FROM messages
WHERE conversation_id = (SELECT w.conversation_id FROM work w WHERE w.id = :work_id) AND work_id = :work_id
  AND role = 'persona';

-- name: heard_in
-- What people wrote in a channel itself; what they ordered by a command or button is no message there.
SELECT m.client_message_id
FROM conversations c
JOIN messages m ON m.conversation_id = c.id
JOIN events e ON e.platform = c.platform AND e.client_message_id = m.client_message_id
WHERE c.platform = :platform AND c.channel_id = :channel_id
  AND m.said_at >= :since AND m.deleted_at IS NULL AND e.rule <> 'PICKED'
ORDER BY m.id DESC LIMIT :most;

-- name: stand_for
UPDATE messages SET client_message_id = :client_message_id, name = :name
WHERE conversation_id = :conversation_id AND id = :id;

-- name: keep_revision
INSERT INTO revisions (conversation_id, message_id, revision, content, replaced_at)
SELECT conversation_id, id, revision, content, :now FROM messages
WHERE conversation_id = :conversation_id AND id = :id AND deleted_at IS NULL
ON CONFLICT (conversation_id, message_id, revision) DO NOTHING;

-- name: revise
UPDATE messages SET content = :content, content_hash = :content_hash, revision = revision + 1
WHERE conversation_id = :conversation_id AND id = :id AND deleted_at IS NULL AND content_hash <> :content_hash;

-- name: revisions
SELECT count(*) FROM revisions WHERE conversation_id = :conversation_id AND message_id = :id;

-- name: forget_revisions
DELETE FROM revisions WHERE conversation_id = :conversation_id AND message_id = :id;

-- name: take_back
UPDATE messages SET content = '', content_hash = '', deleted_at = :now
WHERE conversation_id = :conversation_id AND id = :id AND deleted_at IS NULL;

-- name: last_reply
SELECT id, conversation_id, seq, role, client_message_id, person_id, name, content, content_hash, revision, whole,
       reply_to, work_id, voice_version_id, house_version_id, history_cut, said_at, deleted_at
FROM messages WHERE conversation_id = :conversation_id AND role = 'persona' AND deleted_at IS NULL
ORDER BY seq DESC LIMIT 1;
