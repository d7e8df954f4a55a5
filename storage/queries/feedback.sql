-- name: give
INSERT INTO memory_feedback (conversation_id, memory_id, person_id, verdict, given_at)
VALUES (:conversation_id, :memory_id, :person_id, :verdict, :now)
ON CONFLICT (conversation_id, memory_id, person_id) DO UPDATE
SET verdict = excluded.verdict, given_at = excluded.given_at;

-- name: said
SELECT verdict FROM memory_feedback
WHERE conversation_id = :conversation_id AND memory_id = :memory_id AND person_id = :person_id;

-- name: take_back
DELETE FROM memory_feedback
WHERE conversation_id = :conversation_id AND memory_id = :memory_id AND verdict = 'wrong' AND given_at = :at;

-- name: clear
DELETE FROM memory_feedback WHERE conversation_id = :conversation_id AND memory_id = :memory_id;

-- name: called_wrong
SELECT DISTINCT memory_id AS id FROM memory_feedback WHERE conversation_id = :conversation_id AND verdict = 'wrong';

-- name: opinions
SELECT memory_id, sum(CASE verdict WHEN 'helpful' THEN 1 ELSE 0 END) AS helpful,
       sum(CASE verdict WHEN 'wrong' THEN 1 ELSE 0 END) AS wrong
FROM memory_feedback
WHERE conversation_id = :conversation_id AND memory_id IN (SELECT value FROM json_each(:memory_ids))
GROUP BY memory_id ORDER BY memory_id;
