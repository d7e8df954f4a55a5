-- name: find
SELECT platform, platform_id, code, asked_at, approved_by, approved_at FROM pairings
WHERE platform = :platform AND platform_id = :platform_id;

-- name: by_code
SELECT platform, platform_id, code, asked_at, approved_by, approved_at FROM pairings
WHERE platform = :platform AND code = :code;

-- name: ask
-- Asked again only when the last code is old; who was approved asks no more.
INSERT INTO pairings (platform, platform_id, code, asked_at, approved_by, approved_at)
VALUES (:platform, :platform_id, :code, :now, '', NULL)
ON CONFLICT (platform, platform_id) DO UPDATE SET code = excluded.code, asked_at = excluded.asked_at
WHERE pairings.approved_at IS NULL AND pairings.asked_at < :old;

-- name: approve
UPDATE pairings SET approved_by = :by, approved_at = :now
WHERE platform = :platform AND code = :code AND approved_at IS NULL AND asked_at >= :old;

-- name: revoke
DELETE FROM pairings WHERE platform = :platform AND platform_id = :platform_id;

-- name: listed
SELECT platform, platform_id, code, asked_at, approved_by, approved_at FROM pairings
WHERE approved_at IS NOT NULL OR asked_at >= :old
ORDER BY asked_at DESC LIMIT :most;
