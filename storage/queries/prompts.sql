-- name: active
SELECT id, persona_id, slot, number, template, author, reason, active, created_at
FROM prompt_versions WHERE persona_id = :persona_id AND slot = :slot AND active = 1;

-- name: numbered
SELECT id, persona_id, slot, number, template, author, reason, active, created_at
FROM prompt_versions WHERE persona_id = :persona_id AND slot = :slot AND number = :number;

-- name: history
SELECT id, persona_id, slot, number, template, author, reason, active, created_at
FROM prompt_versions WHERE persona_id = :persona_id AND slot = :slot ORDER BY number DESC LIMIT :most;

-- name: retire
UPDATE prompt_versions SET active = 0 WHERE persona_id = :persona_id AND slot = :slot AND active = 1;

-- name: activate
UPDATE prompt_versions SET active = 1 WHERE persona_id = :persona_id AND slot = :slot AND number = :number;

-- name: add
INSERT INTO prompt_versions (id, persona_id, slot, number, template, author, reason, active, created_at)
SELECT :id, :persona_id, :slot, COALESCE(max(number), 0) + 1, :template, :author, :reason, 1, :now
FROM prompt_versions WHERE persona_id = :persona_id AND slot = :slot;
