-- name: begin
INSERT INTO memory_pauses (platform, platform_id, begun_at, ended_at) VALUES (:platform, :platform_id, :now, NULL)
ON CONFLICT (platform, platform_id) DO UPDATE SET begun_at = excluded.begun_at, ended_at = NULL
WHERE memory_pauses.ended_at IS NOT NULL;

-- name: end
UPDATE memory_pauses SET ended_at = :now
WHERE platform = :platform AND platform_id = :platform_id AND ended_at IS NULL;

-- name: since
SELECT begun_at FROM memory_pauses WHERE platform = :platform AND platform_id = :platform_id AND ended_at IS NULL;

-- name: covers
-- A pause that holds covers whatever is heard; one that is over, what was said meanwhile.
SELECT count(*) FROM people who
JOIN memory_pauses p ON p.platform = who.platform AND p.platform_id = who.platform_id
WHERE who.id = :person_id AND (p.ended_at IS NULL OR (p.begun_at <= :said_at AND :said_at < p.ended_at));
