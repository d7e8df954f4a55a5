-- name: begin
INSERT INTO opt_outs (platform, platform_id, since, told_at) VALUES (:platform, :platform_id, :now, NULL)
ON CONFLICT (platform, platform_id) DO NOTHING;

-- name: end
DELETE FROM opt_outs WHERE platform = :platform AND platform_id = :platform_id;

-- name: since
SELECT since FROM opt_outs WHERE platform = :platform AND platform_id = :platform_id;

-- name: tell
-- Once: whoever finds it told already says nothing.
UPDATE opt_outs SET told_at = :now
WHERE platform = :platform AND platform_id = :platform_id AND told_at IS NULL;
