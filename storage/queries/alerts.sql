-- name: sight
-- Found anew, or once more: one row while it lasts.
INSERT INTO alerts
    (id, kind, scope, told, opened_at, last_seen_at, seen, posted_at, acknowledged_by, acknowledged_at, closed_at)
VALUES (:id, :kind, :scope, :told, :now, :now, 1, NULL, '', NULL, NULL)
ON CONFLICT (kind, scope) WHERE closed_at IS NULL DO UPDATE
SET told = excluded.told, last_seen_at = excluded.last_seen_at, seen = alerts.seen + 1;

-- name: unseen
-- Open, and not found since then.
SELECT * FROM alerts WHERE closed_at IS NULL AND last_seen_at < :before ORDER BY opened_at, id;

-- name: close
UPDATE alerts SET closed_at = :now WHERE id = :id AND closed_at IS NULL;

-- name: to_post
-- Open and acknowledged by nobody, of kinds of which nothing was posted since then.
SELECT * FROM alerts a
WHERE a.closed_at IS NULL AND a.acknowledged_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM alerts other WHERE other.kind = a.kind AND other.posted_at > :since)
ORDER BY a.opened_at, a.id;

-- name: posted
UPDATE alerts SET posted_at = :now WHERE id = :id;

-- name: acknowledge
UPDATE alerts SET acknowledged_by = :by, acknowledged_at = :now
WHERE id = :id AND closed_at IS NULL AND acknowledged_at IS NULL;

-- name: by_id
SELECT * FROM alerts WHERE id = :id;

-- name: listed
-- What is open first, and then what was, newest first.
SELECT * FROM alerts ORDER BY CASE WHEN closed_at IS NULL THEN 0 ELSE 1 END, opened_at DESC, id DESC LIMIT :most;

-- name: open_count
SELECT count(*) FROM alerts WHERE closed_at IS NULL;

-- name: room
-- Any conversation of the channel, which says where that is.
SELECT id FROM conversations WHERE platform = :platform AND channel_id = :channel_id ORDER BY id DESC LIMIT 1;

-- name: let_go
DELETE FROM alerts WHERE closed_at < :before;
