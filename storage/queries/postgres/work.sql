-- name: waiting
-- Locked, so that nobody claims it before the words that join it are kept: a worker would not see them.
SELECT id FROM work WHERE dedupe_key = :dedupe_key AND state = 'ready' FOR UPDATE;

-- name: claim_retrying
-- Several workers claim at once: each passes over what another is just taking instead of waiting for it.
UPDATE work
SET state = 'running', attempts = attempts + 1, leased_by = :worker, lease_until = :lease_until,
    deadline_at = COALESCE(deadline_at, :deadline_at),
    settings_generation = COALESCE(settings_generation, (SELECT number FROM counters WHERE name = 'settings'), 0)
WHERE state = 'retrying' AND id = (
    SELECT w.id FROM work w
    WHERE w.state = 'retrying' AND w.run_after <= :now AND w.capability <> 'consolidate'
    ORDER BY w.run_after, w.id LIMIT 1
    FOR UPDATE SKIP LOCKED)
RETURNING id, lane, capability, conversation_id, person_id, payload, state, run_after, deadline_at, attempts,
          partial, fault, detail, created_at, finished_at, settings_generation;

-- name: claim_ready
-- As above; two that take two items of one lane meet at work_lane_held, and the later one looks again.
UPDATE work
SET state = 'running', attempts = attempts + 1, leased_by = :worker, lease_until = :lease_until,
    deadline_at = COALESCE(deadline_at, :deadline_at),
    settings_generation = COALESCE(settings_generation, (SELECT number FROM counters WHERE name = 'settings'), 0)
WHERE state = 'ready' AND id = (
    SELECT w.id FROM work w
    WHERE w.state = 'ready' AND w.run_after <= :now AND w.capability <> 'consolidate'
      AND NOT EXISTS (
        SELECT 1 FROM work held WHERE held.lane = w.lane AND held.state IN ('running', 'retrying'))
      AND NOT EXISTS (
        SELECT 1 FROM work older
        WHERE older.lane = w.lane AND older.state = 'ready' AND older.id < w.id AND older.run_after <= :now)
    ORDER BY w.run_after, w.id LIMIT 1
    FOR UPDATE OF w SKIP LOCKED)
RETURNING id, lane, capability, conversation_id, person_id, payload, state, run_after, deadline_at, attempts,
          partial, fault, detail, created_at, finished_at, settings_generation;

-- name: claim_tidying
-- Several workers claim at once here too.
UPDATE work
SET state = 'running', attempts = attempts + 1, leased_by = :worker, lease_until = :lease_until,
    deadline_at = COALESCE(deadline_at, :deadline_at),
    settings_generation = COALESCE(settings_generation, (SELECT number FROM counters WHERE name = 'settings'), 0)
WHERE state IN ('ready', 'retrying') AND id = (
    SELECT w.id FROM work w
    WHERE w.capability = 'consolidate' AND w.state IN ('ready', 'retrying') AND w.run_after <= :now
      AND NOT EXISTS (
        SELECT 1 FROM work busy WHERE busy.state = 'running' AND busy.capability = 'consolidate')
      AND NOT EXISTS (
        SELECT 1 FROM work held
        WHERE held.lane = w.lane AND held.id <> w.id AND held.state IN ('running', 'retrying'))
    ORDER BY w.run_after, w.id LIMIT 1
    FOR UPDATE OF w SKIP LOCKED)
RETURNING id, lane, capability, conversation_id, person_id, payload, state, run_after, deadline_at, attempts,
          partial, fault, detail, created_at, finished_at, settings_generation;
