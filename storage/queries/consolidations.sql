-- name: of_scene
SELECT conversation_id, through, began_at, ran_at, changed FROM consolidations
WHERE conversation_id = :conversation_id;

-- name: put
INSERT INTO consolidations (conversation_id, through, began_at, ran_at, changed)
VALUES (:conversation_id, :through, :began_at, :ran_at, :changed)
ON CONFLICT (conversation_id) DO UPDATE
SET through = excluded.through, began_at = excluded.began_at, ran_at = excluded.ran_at, changed = excluded.changed;

-- name: due
-- What a pass makes itself, the summaries, is nothing new. One that waits, or that just failed, is not owed again.
SELECT d.conversation_id
FROM (
    SELECT m.conversation_id
    FROM memories m LEFT JOIN consolidations c ON c.conversation_id = m.conversation_id
    WHERE m.recorded_at > COALESCE(c.ran_at, 0) AND m.kind <> 'summary'
    GROUP BY m.conversation_id
    HAVING count(*) >= :much OR (min(m.recorded_at) < :turn AND COALESCE(max(c.ran_at), 0) < :turn)
    UNION
    SELECT conversation_id FROM consolidations WHERE ran_at < :long_ago) d
WHERE NOT EXISTS (
    SELECT 1 FROM work w WHERE w.lane = 'consolidate:' || d.conversation_id AND w.state IN ('running', 'retrying'))
  AND NOT EXISTS (
    SELECT 1 FROM work w WHERE w.dedupe_key = 'consolidate:' || d.conversation_id AND w.state = 'ready')
  AND NOT EXISTS (
    SELECT 1 FROM work w
    WHERE w.conversation_id = d.conversation_id AND w.capability = 'consolidate' AND w.state = 'buried'
      AND w.state <> 'done' AND w.finished_at > :lately)
ORDER BY d.conversation_id LIMIT :most;

-- name: passes
SELECT count(CASE WHEN ran_at >= :since THEN 1 END) AS scenes,
       COALESCE(sum(CASE WHEN ran_at >= :since THEN changed END), 0) AS changed, max(ran_at) AS last_at
FROM consolidations;
