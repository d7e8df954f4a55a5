-- name: due
-- What somebody plans for these days and spoke of some time ago, the nearest day last. Of each a reply is reminded once
-- before its day is over, and once afterwards.
SELECT m.id FROM memories m
WHERE m.teller_id = :person_id AND m.kind = 'plan' AND m.happened_at BETWEEN :since AND :until
  AND m.happened_precision IN ('day', 'minute') AND m.state = 'live' AND m.valid_to IS NULL AND m.said_at < :told_before
  AND COALESCE(m.last_used_at, 0) < CASE WHEN m.happened_at < :over THEN m.happened_at + :day ELSE m.happened_at - :day END
ORDER BY m.happened_at, m.id LIMIT :most;
