-- name: open
-- A draft's first text, kept before the first request; a part that is there already is revised instead.
INSERT INTO deliveries
    (id, work_id, part, conversation_id, place, state, content, tried_content, buttons, answered, reply_to, last_part,
     attempts, run_after, tried_at, platform_message_id, route, fault, created_at, sent_at)
VALUES
    (:id, :work_id, :part, :conversation_id, :place, 'live', :content, '', '[]', :answered, :reply_to, 0,
     0, :now, NULL, '', '', '', :now, NULL)
ON CONFLICT (conversation_id, work_id, part) DO UPDATE SET content = excluded.content, state = 'live'
WHERE deliveries.state <> 'sending'
RETURNING id;

-- name: owe
-- What somebody is saying just now stays theirs until they end it, and is owed again then because its words differ.
INSERT INTO deliveries
    (id, work_id, part, conversation_id, place, state, content, tried_content, buttons, answered, reply_to, last_part,
     attempts, run_after, tried_at, platform_message_id, route, fault, created_at, sent_at)
VALUES
    (:id, :work_id, :part, :conversation_id, :place, 'owed', :content, '', :buttons, :answered, :reply_to, :last_part,
     0, :now, NULL, '', '', '', :now, NULL)
ON CONFLICT (conversation_id, work_id, part) DO UPDATE
SET content = excluded.content, buttons = excluded.buttons, last_part = excluded.last_part, attempts = 0,
    sent_at = NULL, fault = '',
    state = CASE WHEN deliveries.state = 'sending' THEN 'sending' ELSE 'owed' END,
    run_after = CASE WHEN deliveries.state = 'sending' THEN deliveries.run_after ELSE excluded.run_after END;

-- name: withdraw_after
-- Parts that an earlier try showed and the reply no longer has; an empty content is taken away.
UPDATE deliveries
SET content = '', buttons = '[]', attempts = 0,
    state = CASE WHEN state = 'sending' THEN 'sending' ELSE 'owed' END,
    run_after = CASE WHEN state = 'sending' THEN run_after ELSE :now END
WHERE conversation_id = (SELECT w.conversation_id FROM work w WHERE w.id = :work_id) AND work_id = :work_id
  AND part >= :parts AND state <> 'dropped';

-- name: withdraw_unsent
-- What a persona and its editions were about to say; what is sent already stays said.
UPDATE deliveries
SET content = '', buttons = '[]', attempts = 0,
    state = CASE WHEN state = 'sending' THEN 'sending' ELSE 'owed' END,
    run_after = CASE WHEN state = 'sending' THEN run_after ELSE :now END
WHERE state IN ('live', 'owed', 'sending') AND state <> 'live' AND conversation_id IN (
    SELECT c.id FROM conversations c JOIN personas p ON p.id = c.persona_id
    WHERE p.id = :persona_id OR p.origin_id = :persona_id);

-- name: place_of
SELECT place FROM deliveries
WHERE conversation_id = (SELECT w.conversation_id FROM work w WHERE w.id = :work_id) AND work_id = :work_id
ORDER BY part LIMIT 1;

-- name: claim
-- The earliest unsent part of a conversation that is due; later ones wait, so replies keep their order.
-- While a part is being sent, run_after is when its sender is taken for lost, and with that the token of who has it.
UPDATE deliveries SET state = 'sending', attempts = attempts + 1, run_after = :lease_until
WHERE state = 'owed' AND (conversation_id, id) = (
    SELECT d.conversation_id, d.id FROM deliveries d
    WHERE d.state = 'owed' AND d.run_after <= :now
      AND EXISTS (SELECT 1 FROM conversations c WHERE c.id = d.conversation_id AND c.platform = :platform)
      AND NOT EXISTS (
        SELECT 1 FROM deliveries earlier
        WHERE earlier.conversation_id = d.conversation_id AND earlier.state IN ('live', 'owed', 'sending')
          AND (earlier.place < d.place OR (earlier.place = d.place AND earlier.part < d.part)))
    ORDER BY d.run_after, d.id LIMIT 1)
RETURNING conversation_id, id;

-- name: next_due
SELECT min(run_after) FROM deliveries WHERE state = 'owed' AND run_after > :now;

-- name: foreign
-- Whether anything due is of a platform that is not among these, which stand between bars.
SELECT CASE WHEN EXISTS (
    SELECT 1 FROM deliveries d JOIN conversations c ON c.id = d.conversation_id
    WHERE d.state = 'owed' AND d.run_after <= :now AND :platforms NOT LIKE '%|' || c.platform || '|%') THEN 1 ELSE 0 END;

-- name: by_id
SELECT d.id, d.work_id, d.part, d.conversation_id, d.place, d.state, d.content, d.tried_content, d.buttons, d.answered,
       d.reply_to, d.last_part, d.attempts, d.run_after, d.tried_at, d.platform_message_id, d.route,
       c.platform, c.channel_id, c.guild_id, c.parent_id, c.kind, c.persona_id, p.display_name, v.sheet AS sheet_json,
       COALESCE((SELECT min(b.reason) FROM bans b WHERE b.persona_id IN (p.id, p.origin_id)), '') AS banned
FROM deliveries d
JOIN conversations c ON c.id = d.conversation_id
JOIN personas p ON p.id = c.persona_id
JOIN persona_versions v ON v.persona_id = p.id AND v.number = p.version
WHERE d.conversation_id = :conversation_id AND d.id = :id;

-- name: of_work
SELECT d.id, d.work_id, d.part, d.conversation_id, d.place, d.state, d.content, d.tried_content, d.buttons, d.answered,
       d.reply_to, d.last_part, d.attempts, d.run_after, d.tried_at, d.platform_message_id, d.route,
       c.platform, c.channel_id, c.guild_id, c.parent_id, c.kind, c.persona_id, p.display_name, v.sheet AS sheet_json,
       COALESCE((SELECT min(b.reason) FROM bans b WHERE b.persona_id IN (p.id, p.origin_id)), '') AS banned
FROM deliveries d
JOIN conversations c ON c.id = d.conversation_id
JOIN personas p ON p.id = c.persona_id
JOIN persona_versions v ON v.persona_id = p.id AND v.number = p.version
WHERE d.conversation_id = (SELECT w.conversation_id FROM work w WHERE w.id = :work_id) AND d.work_id = :work_id
ORDER BY d.part;

-- name: trying
-- Only the first try counts: what is in doubt is looked for from then on.
UPDATE deliveries SET tried_at = :now, tried_content = content
WHERE conversation_id = :conversation_id AND id = :id AND platform_message_id = '' AND tried_at IS NULL;

-- name: acknowledged
UPDATE deliveries SET platform_message_id = :platform_message_id, route = :route, tried_content = ''
WHERE conversation_id = :conversation_id AND id = :id;

-- name: untried
-- The platform certainly has nothing of it, so it may be posted as if for the first time.
UPDATE deliveries SET tried_at = NULL, tried_content = ''
WHERE conversation_id = :conversation_id AND id = :id AND platform_message_id = '';

-- name: orphaned
-- What said it is gone; it is said anew under the same row.
UPDATE deliveries SET tried_at = NULL, tried_content = '', platform_message_id = '', route = ''
WHERE conversation_id = :conversation_id AND id = :id;

-- name: renew
UPDATE deliveries SET run_after = :until
WHERE conversation_id = :conversation_id AND id = :id AND state = 'sending' AND run_after = :held_until;

-- name: sent
UPDATE deliveries SET state = 'sent', content = '', tried_content = '', sent_at = :now
WHERE conversation_id = :conversation_id AND id = :id AND state = 'sending' AND run_after = :held_until
  AND content = :said AND buttons = :buttons;

-- name: wait
UPDATE deliveries SET state = 'owed', run_after = :run_after, fault = :fault
WHERE conversation_id = :conversation_id AND id = :id AND state = 'sending' AND run_after = :held_until;

-- name: replace
-- The platform refused the words, so it has nothing of them beyond what it showed already.
UPDATE deliveries
SET content = :content, buttons = '[]', tried_at = NULL, tried_content = '', state = 'owed', run_after = :now,
    fault = :fault
WHERE conversation_id = :conversation_id AND id = :id AND state = 'sending' AND run_after = :held_until
  AND content = :said AND buttons = :buttons;

-- name: drop
-- Its words stay where they may be said another time.
UPDATE deliveries
SET state = 'dropped', fault = :fault, content = CASE WHEN :again = 1 THEN content ELSE '' END,
    tried_content = CASE WHEN :again = 1 THEN tried_content ELSE '' END
WHERE conversation_id = :conversation_id AND id = :id AND state = 'sending' AND run_after = :held_until
  AND content = :said AND buttons = :buttons;

-- name: why_dropped
SELECT min(fault) FROM deliveries
WHERE conversation_id = (SELECT w.conversation_id FROM work w WHERE w.id = :work_id) AND work_id = :work_id
  AND state = 'dropped' AND content <> '';

-- name: revive
-- Only what is over: a reply that is made anew brings its own words.
UPDATE deliveries SET state = 'owed', attempts = 0, run_after = :now, fault = ''
WHERE conversation_id = (SELECT w.conversation_id FROM work w WHERE w.id = :work_id) AND work_id = :work_id
  AND state = 'dropped' AND content <> ''
  AND EXISTS (SELECT 1 FROM work w WHERE w.id = deliveries.work_id AND w.state IN ('done', 'cancelled'));

-- name: let_dropped_go
UPDATE deliveries SET content = '', tried_content = '', buttons = '[]'
WHERE conversation_id = (SELECT w.conversation_id FROM work w WHERE w.id = :work_id) AND work_id = :work_id
  AND state = 'dropped' AND content <> '';

-- name: release
-- The first term is that of the partial index, so that a long history is not read through.
UPDATE deliveries SET state = 'owed', run_after = :now
WHERE state IN ('live', 'owed', 'sending') AND state = 'sending';

-- name: release_expired
UPDATE deliveries SET state = 'owed', run_after = :now
WHERE state IN ('live', 'owed', 'sending') AND state = 'sending' AND run_after < :now;

-- name: release_drafts
-- Drafts whose work ended without a word: what people see of them is taken away.
UPDATE deliveries SET state = 'owed', content = '', run_after = :now
WHERE state IN ('live', 'owed', 'sending') AND state = 'live'
  AND EXISTS (SELECT 1 FROM work w WHERE w.id = deliveries.work_id AND w.state IN ('done', 'buried', 'cancelled'));

-- name: said_by
SELECT c.persona_id FROM deliveries d JOIN conversations c ON c.id = d.conversation_id
WHERE d.platform_message_id = :platform_message_id AND d.platform_message_id <> '' AND c.platform = :platform AND c.channel_id = :channel_id;

-- name: said_long_ago
SELECT c.persona_id FROM spoken s JOIN conversations c ON c.id = s.conversation_id
WHERE s.platform_message_id = :platform_message_id AND c.platform = :platform AND c.channel_id = :channel_id;

-- name: tally
SELECT state AS name, count(*) AS count FROM deliveries
WHERE state IN ('live', 'owed', 'sending') GROUP BY state ORDER BY state;

-- name: troubles_since
-- What stood in the way of a channel's replies whose work ended since then.
SELECT d.fault AS name, count(*) AS count
FROM work w
CROSS JOIN deliveries d
JOIN conversations c ON c.id = w.conversation_id
WHERE w.finished_at IS NOT NULL AND w.finished_at >= :since AND d.conversation_id = w.conversation_id
  AND d.work_id = w.id AND d.fault <> '' AND d.state IN ('sent', 'dropped')
  AND c.platform = :platform AND c.channel_id = :channel_id
GROUP BY d.fault ORDER BY d.fault;

-- name: doubtful
-- Tried and never acknowledged: the platform may have it.
SELECT count(*) FROM deliveries
WHERE state IN ('live', 'owed', 'sending') AND tried_at IS NOT NULL AND platform_message_id = '';

-- name: work_of
SELECT d.work_id FROM deliveries d JOIN conversations c ON c.id = d.conversation_id
WHERE d.platform_message_id = :platform_message_id AND d.platform_message_id <> ''
  AND c.platform = :platform AND c.channel_id = :channel_id;

-- name: reply_long_ago
SELECT s.reply_id FROM spoken s JOIN conversations c ON c.id = s.conversation_id
WHERE s.platform_message_id = :platform_message_id AND s.reply_id <> ''
  AND c.platform = :platform AND c.channel_id = :channel_id;

-- name: withdraw_in
-- What personas of a guild were about to say there; what is sent already stays said.
UPDATE deliveries
SET content = '', buttons = '[]', attempts = 0,
    state = CASE WHEN state = 'sending' THEN 'sending' ELSE 'owed' END,
    run_after = CASE WHEN state = 'sending' THEN run_after ELSE :now END
WHERE state IN ('live', 'owed', 'sending') AND state <> 'live' AND conversation_id IN (
    SELECT c.id FROM conversations c WHERE c.platform = :platform AND c.guild_id = :guild_id);
