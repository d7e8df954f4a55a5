-- name: add
INSERT INTO memory_changes
    (id, conversation_id, memory_id, message_id, work_id, action, candidate, likeness, before_state, after_state,
     reason, actor, made_at, undone_at)
VALUES
    (:id, :conversation_id, :memory_id, :message_id, :work_id, :action, :candidate, :likeness, :before_state,
     :after_state, :reason, :actor, :now, NULL);

-- name: of_memory
SELECT memory_changes.* FROM memory_changes
WHERE conversation_id = :conversation_id AND memory_id = :memory_id ORDER BY id || '' DESC LIMIT :most;

-- name: last
-- The newest change of a memory that stands and left something to go back to: of what it says, or else its links.
SELECT memory_changes.* FROM memory_changes
WHERE conversation_id = :conversation_id AND memory_id = :memory_id AND undone_at IS NULL
  AND after_state <> '' AND action <> 'undo'
  AND CASE WHEN action = 'link' THEN 1 ELSE 0 END = :links
ORDER BY id || '' DESC LIMIT 1;

-- name: repeated
SELECT memory_id AS name, count(*) AS count FROM memory_changes
WHERE conversation_id = :conversation_id AND made_at > :after AND made_at <= :until
  AND action IN ('repeat', 'merge') AND actor <> :but_by AND memory_id IS NOT NULL AND undone_at IS NULL
GROUP BY memory_id ORDER BY memory_id;

-- name: taken_back
-- The first term names the partial index.
SELECT DISTINCT memory_id || '' AS id FROM memory_changes
WHERE undone_at IS NOT NULL AND conversation_id = :conversation_id AND actor = :actor AND memory_id || '' <> ''
  AND CASE WHEN action = 'link' THEN 1 ELSE 0 END = :links;

-- name: undone
UPDATE memory_changes SET undone_at = :now
WHERE conversation_id = :conversation_id AND id = :id AND undone_at IS NULL;

-- name: of_work
SELECT memory_changes.* FROM memory_changes WHERE work_id = :work_id ORDER BY id;

-- name: wipe_memory
-- What was forgotten leaves no words in its entries.
UPDATE memory_changes SET candidate = '', before_state = '', after_state = '', reason = ''
WHERE conversation_id = :conversation_id AND memory_id = :memory_id;

-- name: wipe_message
UPDATE memory_changes SET candidate = '', before_state = '', after_state = '', reason = ''
WHERE conversation_id = :conversation_id AND message_id = :message_id;
