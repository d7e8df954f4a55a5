-- name: add
INSERT INTO drills (id, began_at, outcome, rpo_ms, rto_ms, row_count, sentence)
VALUES (:id, :began_at, :outcome, :rpo_ms, :rto_ms, :row_count, :sentence);

-- name: last
SELECT id, began_at, outcome, rpo_ms, rto_ms, row_count, sentence FROM drills ORDER BY began_at DESC, id DESC LIMIT 1;
