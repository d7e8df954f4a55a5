-- name: move
INSERT INTO cursors (platform, channel_id, position, moved_at) VALUES (:platform, :channel_id, :position, :now)
ON CONFLICT (platform, channel_id) DO UPDATE SET position = excluded.position, moved_at = excluded.moved_at
WHERE excluded.position > cursors.position;

-- name: of_platform
SELECT channel_id, position FROM cursors WHERE platform = :platform;
