-- name: owe
INSERT INTO work
    (id, lane, capability, conversation_id, person_id, dedupe_key, payload, state, run_after, deadline_at, attempts,
     leased_by, lease_until, partial, fault, detail, created_at, finished_at)
VALUES
    (:id, :lane, :capability, :conversation_id, :person_id, :dedupe_key, :payload, 'ready', :run_after, NULL, 0,
     '', 0, '', '', '', :now, NULL)
ON CONFLICT (dedupe_key) WHERE state = 'ready' DO NOTHING
RETURNING id;

-- name: owe_then
-- One that waits already is moved to the new time, unless it is due: then nothing may hold it back any more.
INSERT INTO work
    (id, lane, capability, conversation_id, person_id, dedupe_key, payload, state, run_after, deadline_at, attempts,
     leased_by, lease_until, partial, fault, detail, created_at, finished_at)
VALUES
    (:id, :lane, :capability, :conversation_id, :person_id, :dedupe_key, :payload, 'ready', :run_after, NULL, 0,
     '', 0, '', '', '', :now, NULL)
ON CONFLICT (dedupe_key) WHERE state = 'ready' DO UPDATE
SET run_after = CASE WHEN work.run_after <= :now THEN work.run_after ELSE excluded.run_after END
RETURNING id;

-- name: waiting
SELECT id FROM work WHERE dedupe_key = :dedupe_key AND state = 'ready';

-- name: claim_retrying
UPDATE work
SET state = 'running', attempts = attempts + 1, leased_by = :worker, lease_until = :lease_until,
    deadline_at = COALESCE(deadline_at, :deadline_at),
    settings_generation = COALESCE(settings_generation, (SELECT number FROM counters WHERE name = 'settings'), 0)
WHERE state = 'retrying' AND id = (
    SELECT w.id FROM work w
    WHERE w.state = 'retrying' AND w.run_after <= :now AND w.capability <> 'consolidate'
    ORDER BY w.run_after, w.id LIMIT 1)
RETURNING id, lane, capability, conversation_id, person_id, payload, state, run_after, deadline_at, attempts,
          partial, fault, detail, created_at, finished_at, settings_generation;

-- name: claim_ready
-- The oldest of a lane that nobody holds. The guard stands outside too: two workers must not take one row.
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
    ORDER BY w.run_after, w.id LIMIT 1)
RETURNING id, lane, capability, conversation_id, person_id, payload, state, run_after, deadline_at, attempts,
          partial, fault, detail, created_at, finished_at, settings_generation;

-- name: claim_tidying
-- What is tidied waits for everything else, and one scene at a time: whoever talks never waits for it.
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
    ORDER BY w.run_after, w.id LIMIT 1)
RETURNING id, lane, capability, conversation_id, person_id, payload, state, run_after, deadline_at, attempts,
          partial, fault, detail, created_at, finished_at, settings_generation;

-- name: next_ready
SELECT min(run_after) FROM work WHERE state = 'ready' AND run_after > :now;

-- name: next_retrying
SELECT min(run_after) FROM work WHERE state = 'retrying' AND run_after > :now;

-- name: renew
-- The token that fences out who lost a lease is attempts with the deadline: a revival begins to count anew.
UPDATE work SET lease_until = :lease_until
WHERE id = :id AND attempts = :attempts AND deadline_at = :deadline_at AND state = 'running';

-- name: finish
UPDATE work SET state = 'done', finished_at = :now, fault = '', detail = '', partial = ''
WHERE id = :id AND attempts = :attempts AND deadline_at = :deadline_at AND state = 'running';

-- name: retry
UPDATE work SET state = 'retrying', run_after = :run_after, partial = :partial, fault = :fault, detail = :detail
WHERE id = :id AND attempts = :attempts AND deadline_at = :deadline_at AND state = 'running';

-- name: postpone
-- As if nobody had begun it. Words that came meanwhile may be waiting under its key; then they are answered apart.
-- Settings that changed since it was begun may want no wait: it is looked at again at once, as those that wait are.
UPDATE work
SET state = 'ready', attempts = 0, run_after = CASE
      WHEN settings_generation < (SELECT number FROM counters WHERE name = 'settings') THEN :now ELSE :run_after END, deadline_at = NULL, settings_generation = NULL,
    dedupe_key = CASE WHEN EXISTS (
        SELECT 1 FROM work waiting WHERE waiting.dedupe_key = work.dedupe_key AND waiting.state = 'ready')
      THEN NULL ELSE dedupe_key END
WHERE id = :id AND attempts = :attempts AND deadline_at = :deadline_at AND state = 'running';

-- name: wake
-- Replies that wait for a time, in one guild or everywhere (''), are looked at again.
UPDATE work SET run_after = :now
WHERE state = 'ready' AND capability = 'chat' AND run_after > :now AND conversation_id IN (
    SELECT c.id FROM conversations c WHERE :guild_id IN ('', c.guild_id));

-- name: wake_in
-- The same in one channel, of what waits for a moment only: a gap has been read to its end.
UPDATE work SET run_after = :now
WHERE state = 'ready' AND capability IN ('chat', 'greet') AND run_after > :now AND run_after <= :until
  AND conversation_id IN (
    SELECT c.id FROM conversations c WHERE c.platform = :platform AND c.channel_id = :channel_id);

-- name: bury
UPDATE work SET state = 'buried', finished_at = :now, partial = '', fault = :fault, detail = :detail
WHERE id = :id AND attempts = :attempts AND deadline_at = :deadline_at AND state = 'running';

-- name: stop
UPDATE work SET state = 'cancelled', finished_at = :now, partial = ''
WHERE id = :id AND attempts = :attempts AND deadline_at = :deadline_at AND state = 'running';

-- name: cancel
UPDATE work SET state = 'cancelled', finished_at = :now, partial = ''
WHERE id = :id AND state IN ('ready', 'retrying', 'buried');

-- name: revive
-- Its lane must be free; a running or retrying neighbour would break the order.
UPDATE work
SET state = 'ready', attempts = 0, deadline_at = NULL, settings_generation = NULL, finished_at = NULL, run_after = :now,
    dedupe_key = NULL
WHERE id = :id AND state = 'buried';

-- name: release_expired
UPDATE work SET state = 'retrying', run_after = :now WHERE state = 'running' AND lease_until < :now;

-- name: release_all
UPDATE work SET state = 'retrying', run_after = :now WHERE state = 'running';

-- name: by_id
SELECT id, lane, capability, conversation_id, person_id, payload, state, run_after, deadline_at, attempts,
       partial, fault, detail, created_at, finished_at, settings_generation
FROM work WHERE id = :id;

-- name: unsettled
-- What a guild (or '' and one channel, for direct messages and the terminal) still waits for or has buried. A reading
-- for memories that waits for its conversation to pause is owed to nobody, and neither is their tidying.
SELECT w.id, w.lane, w.capability, w.conversation_id, w.person_id, w.payload, w.state, w.run_after, w.deadline_at,
       w.attempts, w.partial, w.fault, w.detail, w.created_at, w.finished_at, w.settings_generation
FROM work w JOIN conversations c ON c.id = w.conversation_id
WHERE w.state <> 'done' AND w.state <> 'cancelled' AND c.platform = :platform AND c.guild_id = :guild_id
  AND (c.guild_id <> '' OR c.channel_id = :channel_id) AND NOT (w.capability IN ('extract', 'remember', 'consolidate') AND w.state = 'ready')
ORDER BY w.id DESC LIMIT :most;

-- name: unsaid
-- The same of what is over, and of which something was given up on its way.
SELECT w.id, w.lane, w.capability, w.conversation_id, w.person_id, w.payload, w.state, w.run_after, w.deadline_at,
       w.attempts, w.partial, w.fault, w.detail, w.created_at, w.finished_at, w.settings_generation
FROM work w JOIN conversations c ON c.id = w.conversation_id
WHERE w.id IN (SELECT d.work_id FROM deliveries d WHERE d.state = 'dropped' AND d.content <> '')
  AND w.state IN ('done', 'cancelled') AND c.platform = :platform AND c.guild_id = :guild_id
  AND (c.guild_id <> '' OR c.channel_id = :channel_id)
ORDER BY w.id DESC LIMIT :most;

-- name: in_reach
SELECT w.id, w.lane, w.capability, w.conversation_id, w.person_id, w.payload, w.state, w.run_after, w.deadline_at,
       w.attempts, w.partial, w.fault, w.detail, w.created_at, w.finished_at, w.settings_generation
FROM work w JOIN conversations c ON c.id = w.conversation_id
WHERE w.id = :id AND c.platform = :platform AND c.guild_id = :guild_id
  AND (c.guild_id <> '' OR c.channel_id = :channel_id);

-- name: open_for
SELECT id FROM work
WHERE person_id = :person_id AND state IN ('ready', 'retrying', 'running') AND state <> 'done' ORDER BY id;

-- name: running_in
SELECT w.id, w.lane, w.capability, w.conversation_id, w.person_id, w.payload, w.state, w.run_after, w.deadline_at,
       w.attempts, w.partial, w.fault, w.detail, w.created_at, w.finished_at, w.settings_generation
FROM work w JOIN conversations c ON c.id = w.conversation_id
WHERE w.state = 'running' AND c.platform = :platform AND c.channel_id = :channel_id;

-- name: running_of
-- What a persona and its editions are answering just now.
SELECT w.id, w.lane, w.capability, w.conversation_id, w.person_id, w.payload, w.state, w.run_after, w.deadline_at,
       w.attempts, w.partial, w.fault, w.detail, w.created_at, w.finished_at, w.settings_generation
FROM work w JOIN conversations c ON c.id = w.conversation_id JOIN personas p ON p.id = c.persona_id
WHERE w.state = 'running' AND (p.id = :persona_id OR p.origin_id = :persona_id);

-- name: tally
-- Without what nobody waits for: readings for memories before their conversation pauses, and their tidying.
SELECT state AS name, count(*) AS count FROM work
WHERE state <> 'done' AND state <> 'cancelled' AND NOT (capability IN ('extract', 'remember', 'consolidate') AND state = 'ready')
GROUP BY state ORDER BY state;

-- name: oldest_due
-- Since when the oldest should be under way; what waits for a later hour is not due. The last term names the index.
SELECT min(CASE WHEN state = 'ready' OR deadline_at IS NULL THEN run_after ELSE deadline_at - :allowed END)
FROM work
WHERE (state IN ('retrying', 'running') OR (state = 'ready' AND run_after <= :now)) AND capability <> 'consolidate'
  AND state <> 'done';

-- name: spoken_in
-- What personas of a guild still owe to people there.
SELECT w.id FROM work w JOIN conversations c ON c.id = w.conversation_id
WHERE c.platform = :platform AND c.guild_id = :guild_id AND w.capability NOT IN ('extract', 'remember', 'consolidate')
  AND w.state IN ('ready', 'retrying', 'running') AND w.state <> 'done' ORDER BY w.id;

-- name: open_with
-- What a persona, in any edition, still owes to somebody.
SELECT w.id FROM work w JOIN conversations c ON c.id = w.conversation_id JOIN personas p ON p.id = c.persona_id
WHERE w.person_id = :person_id AND w.state IN ('ready', 'retrying', 'running') AND w.state <> 'done'
  AND (p.id = :persona_id OR p.origin_id = :persona_id OR p.id = (SELECT o.origin_id FROM personas o WHERE o.id = :persona_id))
ORDER BY w.id;

-- name: answering
-- How many others that were owed before it are being answered, to one person or in one channel.
SELECT count(*) FROM work w JOIN conversations c ON c.id = w.conversation_id
WHERE w.state = 'running' AND w.capability = 'chat' AND w.id < :id AND :person_id IN ('', w.person_id)
  AND :platform IN ('', c.platform) AND :channel_id IN ('', c.channel_id);
