-- name: begin
INSERT INTO opt_outs (platform, platform_id, since, ended_at, told_at)
VALUES (:platform, :platform_id, :now, NULL, NULL)
ON CONFLICT (platform, platform_id) DO UPDATE SET since = excluded.since, ended_at = NULL, told_at = NULL
WHERE opt_outs.ended_at IS NOT NULL;

-- name: end
UPDATE opt_outs SET ended_at = :now
WHERE platform = :platform AND platform_id = :platform_id AND ended_at IS NULL;

-- name: since
SELECT since FROM opt_outs WHERE platform = :platform AND platform_id = :platform_id AND ended_at IS NULL;

-- name: untold
SELECT count(*) FROM opt_outs
WHERE platform = :platform AND platform_id = :platform_id AND ended_at IS NULL AND told_at IS NULL;

-- name: tell
-- Once: whoever finds it told already says nothing.
UPDATE opt_outs SET told_at = :now
WHERE platform = :platform AND platform_id = :platform_id AND ended_at IS NULL AND told_at IS NULL;
