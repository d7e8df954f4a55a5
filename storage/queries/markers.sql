-- name: put
INSERT INTO markers (name, value, set_at) VALUES (:name, :value, :now)
ON CONFLICT (name) DO UPDATE SET value = excluded.value, set_at = excluded.set_at;

-- name: read
SELECT value FROM markers WHERE name = :name;

-- name: remove
DELETE FROM markers WHERE name = :name;

-- name: take_turn
INSERT INTO markers (name, value, set_at) VALUES (:name, '', :now)
ON CONFLICT (name) DO UPDATE SET set_at = excluded.set_at WHERE markers.set_at < :since
RETURNING name;
