-- name: opinions
-- A list is unfolded by another function here.
SELECT memory_id, sum(CASE verdict WHEN 'helpful' THEN 1 ELSE 0 END) AS helpful,
       sum(CASE verdict WHEN 'wrong' THEN 1 ELSE 0 END) AS wrong
FROM memory_feedback
WHERE conversation_id = :conversation_id
  AND memory_id IN (SELECT jsonb_array_elements_text(CAST(:memory_ids AS jsonb)))
GROUP BY memory_id ORDER BY memory_id;
