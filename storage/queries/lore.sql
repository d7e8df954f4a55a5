-- name: add
INSERT INTO lore
    (id, scope, title, words, content, always_on, priority, enabled, source, author, made_at, changed_at)
VALUES
    (:id, :scope, :title, :words, :content, :always_on, :priority, :enabled, :source, :author, :now, :now);

-- name: change
UPDATE lore
SET title = :title, words = :words, content = :content, always_on = :always_on, priority = :priority,
    enabled = :enabled, source = :source, changed_at = :now
WHERE id = :id;

-- name: remove
DELETE FROM lore WHERE id = :id;

-- name: live
-- The first of them are the last that a budget would leave out.
SELECT lore.* FROM lore WHERE scope IN (:persona, :channel, :parent) AND enabled = 1
ORDER BY always_on DESC, priority DESC, id LIMIT :most;

-- name: listed
SELECT lore.* FROM lore WHERE scope = :scope ORDER BY enabled DESC, title, id LIMIT :most;

-- name: in_reach
-- Of this place, or of a persona that this guild shares or owns.
SELECT lore.* FROM lore WHERE id = :id AND (
    scope IN (:channel, :parent)
    OR scope IN (SELECT 'persona:' || p.id FROM personas p WHERE p.guild_id IN ('', :guild_id)));

-- name: titled
SELECT lore.* FROM lore WHERE scope = :scope AND title = :title;

-- name: note
INSERT INTO lore_changes (id, lore_id, scope, title, before_state, after_state, reason, actor, made_at)
VALUES (:id, :lore_id, :scope, :title, :before_state, :after_state, :reason, :actor, :now);

-- name: changes
SELECT lore_changes.* FROM lore_changes WHERE scope = :scope AND lore_id = :lore_id
ORDER BY id DESC LIMIT :most;

-- name: change_of
SELECT lore_changes.* FROM lore_changes WHERE scope = :scope AND lore_id = :lore_id AND id = :id;
