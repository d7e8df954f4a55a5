-- name: add_of_work
-- What a piece of work spent, for everybody it concerns; in one order, so that nobody waits for who waits for them.
INSERT INTO spending (subject, day, tokens, cost)
SELECT payer.subject, :day, :tokens, :cost FROM (
    SELECT 'bot' AS subject FROM work WHERE id = :work_id
    UNION ALL
    SELECT 'guild:' || c.platform || ':' || c.guild_id FROM work w JOIN conversations c ON c.id = w.conversation_id
    WHERE w.id = :work_id AND c.guild_id <> ''
    UNION ALL
    SELECT 'person:' || w.person_id FROM work w WHERE w.id = :work_id AND w.person_id IS NOT NULL
    ORDER BY 1) payer
WHERE payer.subject <> ''
ON CONFLICT (subject, day) DO UPDATE
SET tokens = spending.tokens + excluded.tokens, cost = spending.cost + excluded.cost;

-- name: add
INSERT INTO spending (subject, day, tokens, cost) VALUES (:subject, :day, :tokens, :cost)
ON CONFLICT (subject, day) DO UPDATE
SET tokens = spending.tokens + excluded.tokens, cost = spending.cost + excluded.cost;

-- name: since
SELECT CAST(COALESCE(sum(tokens), 0) AS BIGINT) AS tokens, CAST(COALESCE(sum(cost), 0) AS BIGINT) AS cost FROM spending
WHERE subject = :subject AND day >= :day;

-- name: held
-- By others, as long as they may be at it still.
SELECT CAST(COALESCE(sum(tokens), 0) AS BIGINT) AS tokens, CAST(COALESCE(sum(cost), 0) AS BIGINT) AS cost FROM reservations
WHERE subject = :subject AND holder <> :holder AND held_until > :now;

-- name: hold
INSERT INTO reservations (holder, subject, tokens, cost, held_until)
VALUES (:holder, :subject, :tokens, :cost, :held_until)
ON CONFLICT (holder, subject) DO UPDATE
SET tokens = excluded.tokens, cost = excluded.cost, held_until = excluded.held_until;

-- name: release
DELETE FROM reservations WHERE holder = :holder;

-- name: let_days_go
DELETE FROM spending WHERE day < :day;

-- name: let_held_go
DELETE FROM reservations WHERE held_until < :now;
