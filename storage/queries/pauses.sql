-- name: begin
INSERT INTO memory_pauses (platform, platform_id, begun_at) VALUES (:platform, :platform_id, :now)
ON CONFLICT (platform, platform_id) DO NOTHING;

-- name: end
DELETE FROM memory_pauses WHERE platform = :platform AND platform_id = :platform_id;

-- name: since
SELECT begun_at FROM memory_pauses WHERE platform = :platform AND platform_id = :platform_id;

-- name: holds
SELECT count(*) FROM people who
JOIN memory_pauses p ON p.platform = who.platform AND p.platform_id = who.platform_id
WHERE who.id = :person_id;
