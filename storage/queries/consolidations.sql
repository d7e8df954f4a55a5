-- name: of_scene
SELECT conversation_id, through, began_at, ran_at, changed FROM consolidations
WHERE conversation_id = :conversation_id;

-- name: put
INSERT INTO consolidations (conversation_id, through, began_at, ran_at, changed)
VALUES (:conversation_id, :through, :began_at, :ran_at, :changed)
ON CONFLICT (conversation_id) DO UPDATE
SET through = excluded.through, began_at = excluded.began_at, ran_at = excluded.ran_at, changed = excluded.changed;

-- name: due
-- Only scenes with news are read, and no memory of them. One that waits, or that just failed, is not owed again.
SELECT DISTINCT d.conversation_id
FROM (
    SELECT n.conversation_id
    FROM memory_news n LEFT JOIN consolidations c ON c.conversation_id = n.conversation_id
    WHERE n.news >= :much OR (n.first_at < :turn AND COALESCE(c.ran_at, 0) < :turn)
    UNION ALL
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

-- name: forget_news
DELETE FROM memory_news WHERE conversation_id = :conversation_id;

-- name: count_news
-- What a pass makes itself, the summaries, is nothing new.
INSERT INTO memory_news (conversation_id, first_at, news)
SELECT conversation_id, min(recorded_at), count(*) FROM memories
WHERE conversation_id = :conversation_id AND recorded_at > :ran_at AND kind <> 'summary'
GROUP BY conversation_id;

-- name: passes
SELECT count(CASE WHEN ran_at >= :since THEN 1 END) AS scenes,
       COALESCE(sum(CASE WHEN ran_at >= :since THEN changed END), 0) AS changed, max(ran_at) AS last_at
FROM consolidations;
