-- name: due
-- What somebody plans for these days and spoke of some time ago, the nearest day last. Of each a reply is reminded once
-- before its day is over, and once afterwards: one that ended by itself is asked after, one that was replaced is not.
SELECT m.conversation_id, m.id FROM memories m
WHERE m.teller_id = :person_id AND m.kind = 'plan' AND m.happened_at BETWEEN :since AND :until
  AND m.happened_precision IN ('day', 'minute') AND m.state = 'live' AND COALESCE(m.valid_to, m.expires_at, 0) = COALESCE(m.expires_at, 0)
  AND m.said_at < :told_before
  AND COALESCE(m.last_used_at, 0) < CASE WHEN m.happened_at < :over THEN m.happened_at + :day ELSE m.happened_at - :day END
ORDER BY m.happened_at, m.id LIMIT :most;

-- name: yearly
-- What comes to mind on one of these days each year, and no reply told since then because of that.
SELECT m.conversation_id, m.id FROM memories m
WHERE m.teller_id = :person_id AND m.yearly IN (:day, :also) AND m.yearly <> '' AND m.state = 'live'
  AND m.valid_to IS NULL AND NOT EXISTS (
    SELECT 1 FROM memory_uses u JOIN messages r ON r.conversation_id = u.conversation_id AND r.id = u.reply_id
    WHERE u.scene_id = m.conversation_id AND u.memory_id = m.id AND r.said_at >= :since AND u.why LIKE '%its day of the year%')
ORDER BY m.id LIMIT :most;
