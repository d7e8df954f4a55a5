-- name: memories
-- What was remembered in a scene, but for what was opened to the whole server and rests on nothing said there.
SELECT m.* FROM memories m
WHERE m.conversation_id = :conversation_id
  AND (m.reach <> 'guild' OR EXISTS (
    SELECT 1 FROM memory_sources s WHERE s.conversation_id = m.conversation_id AND s.memory_id = m.id))
ORDER BY m.seq LIMIT :most;

-- name: settings
-- What is set for one scope.
SELECT s.name FROM setting_changes s
WHERE s.scope = :scope AND s.new_value IS NOT NULL
  AND NOT EXISTS (
    SELECT 1 FROM setting_changes later
    WHERE later.scope = s.scope AND later.name = s.name AND later.generation > s.generation)
ORDER BY s.name;

-- name: forget_cursor
DELETE FROM cursors WHERE platform = :platform AND channel_id = :channel_id;
