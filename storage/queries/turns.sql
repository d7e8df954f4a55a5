-- name: taken
SELECT turns FROM bot_turns WHERE platform = :platform AND channel_id = :channel_id;

-- name: take
-- One more, unless there were as many as there may be.
INSERT INTO bot_turns (platform, channel_id, turns) VALUES (:platform, :channel_id, 1)
ON CONFLICT (platform, channel_id) DO UPDATE SET turns = bot_turns.turns + 1 WHERE bot_turns.turns < :most;

-- name: begin_anew
DELETE FROM bot_turns WHERE platform = :platform AND channel_id = :channel_id;
