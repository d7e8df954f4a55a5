-- name: heard
INSERT INTO people (id, platform, platform_id, name, first_heard_at, last_heard_at)
VALUES (:id, :platform, :platform_id, :name, :now, :now)
ON CONFLICT (platform, platform_id) DO UPDATE SET name = excluded.name, last_heard_at = excluded.last_heard_at
RETURNING id, platform, platform_id, name;

-- name: by_id
SELECT id, platform, platform_id, name FROM people WHERE id = :id;

-- name: known
SELECT id, platform, platform_id, name FROM people WHERE platform = :platform AND platform_id = :platform_id;
