-- name: generation
SELECT number FROM counters WHERE name = 'settings';

-- name: next_generation
INSERT INTO counters (name, number) VALUES ('settings', 1)
ON CONFLICT (name) DO UPDATE SET number = counters.number + 1
RETURNING number;

-- name: value
SELECT new_value FROM setting_changes WHERE scope = :scope AND name = :name ORDER BY generation DESC LIMIT 1;

-- name: add
INSERT INTO setting_changes (generation, scope, name, old_value, new_value, changed_by, reason, changed_at)
VALUES (:generation, :scope, :name, :old_value, :new_value, :changed_by, :reason, :changed_at);

-- name: in_force
-- The last change of each setting up to a generation, where that left a value.
SELECT s.generation, s.scope, s.name, s.old_value, s.new_value, s.changed_by, s.reason, s.changed_at
FROM setting_changes s
WHERE s.scope IN (:conversation, :person, :channel, :parent, :guild, :everywhere)
  AND s.generation <= :generation AND s.new_value IS NOT NULL
  AND NOT EXISTS (
    SELECT 1 FROM setting_changes later
    WHERE later.scope = s.scope AND later.name = s.name AND later.generation > s.generation
      AND later.generation <= :generation)
ORDER BY s.generation;

-- name: history
-- Newest first, of one setting or of all ('').
SELECT s.generation, s.scope, s.name, s.old_value, s.new_value, s.changed_by, s.reason, s.changed_at
FROM setting_changes s
WHERE s.scope IN (:conversation, :person, :channel, :parent, :guild, :everywhere) AND :name IN ('', s.name)
ORDER BY s.generation DESC LIMIT :most;
