-- name: put
-- Who asks again is forgotten up to the later moment.
INSERT INTO forgotten (key_hash, forgotten_at) VALUES (:key_hash, :forgotten_at)
ON CONFLICT (key_hash) DO UPDATE SET forgotten_at = excluded.forgotten_at
WHERE excluded.forgotten_at > forgotten.forgotten_at;

-- name: at
SELECT forgotten_at FROM forgotten WHERE key_hash = :key_hash;

-- name: all
SELECT key_hash, forgotten_at FROM forgotten ORDER BY key_hash;
