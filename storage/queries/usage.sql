-- name: add
INSERT INTO model_calls
    (conversation_id, id, work_id, attempt, model, outcome, prompt_tokens, completion_tokens, measured, first_token_ms,
     total_ms, voice_version_id, house_version_id, called_at, cached_tokens, cost)
VALUES
    (COALESCE((SELECT w.conversation_id FROM work w WHERE w.id = :work_id), ''), :id, :work_id, :attempt, :model,
     :outcome, :prompt_tokens, :completion_tokens, :measured, :first_token_ms, :total_ms, :voice_version_id,
     :house_version_id, :called_at, :cached_tokens, :cost);

-- name: outcomes_since
SELECT outcome AS name, count(*) AS count FROM model_calls WHERE called_at >= :since GROUP BY outcome ORDER BY outcome;

-- name: answered
-- How each model's calls went since then. One that refuses the words is up, and one that people stopped tells nothing.
SELECT model, count(*) AS calls,
       sum(CASE WHEN outcome IN ('OK', 'REFUSED', 'TOO_LONG') THEN 1 ELSE 0 END) AS answered,
       max(called_at) AS last_at,
       max(CASE WHEN outcome IN ('OK', 'REFUSED', 'TOO_LONG') THEN called_at END) AS last_answer
FROM model_calls WHERE called_at >= :since AND outcome <> 'STOPPED' GROUP BY model ORDER BY model;

-- name: tokens_since
SELECT COALESCE(sum(prompt_tokens + completion_tokens), 0) FROM model_calls WHERE called_at >= :since;

-- name: of_work
SELECT id, work_id, attempt, model, outcome, prompt_tokens, completion_tokens, measured, first_token_ms, total_ms,
       voice_version_id, house_version_id, called_at, cached_tokens, cost
FROM model_calls
WHERE conversation_id = (SELECT w.conversation_id FROM work w WHERE w.id = :work_id) AND work_id = :work_id
ORDER BY id || '';

-- name: used
-- What calls since then spent, by day (UTC), model and persona: of everybody, or of one person, guild, channel, persona.
SELECT m.called_at / 86400000 AS day, m.model, COALESCE(p.display_name, '') AS persona, count(*) AS calls,
       count(DISTINCT CASE WHEN w.capability = 'chat' AND m.outcome = 'OK' THEN w.id END) AS replies,
       CAST(sum(m.prompt_tokens) AS BIGINT) AS prompt_tokens,
       CAST(sum(m.completion_tokens) AS BIGINT) AS completion_tokens, CAST(sum(m.cost) AS BIGINT) AS cost
FROM model_calls m
LEFT JOIN work w ON w.id = m.work_id
LEFT JOIN conversations c ON c.id = w.conversation_id
LEFT JOIN personas p ON p.id = c.persona_id
WHERE m.called_at >= :since AND :person_id IN ('', w.person_id) AND :platform IN ('', c.platform)
  AND :guild_id IN ('', c.guild_id) AND :channel_id IN ('', c.channel_id) AND :persona IN ('', p.name)
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;

-- name: spenders
-- Who spent most since then in a guild, or with '' everywhere.
SELECT s.name, count(DISTINCT CASE WHEN w.capability = 'chat' AND m.outcome = 'OK' THEN w.id END) AS replies,
       CAST(sum(m.prompt_tokens + m.completion_tokens) AS BIGINT) AS tokens, CAST(sum(m.cost) AS BIGINT) AS cost
FROM model_calls m
JOIN work w ON w.id = m.work_id
JOIN conversations c ON c.id = w.conversation_id
JOIN people s ON s.id = w.person_id
WHERE m.called_at >= :since AND :platform IN ('', c.platform) AND :guild_id IN ('', c.guild_id)
GROUP BY s.id, s.name ORDER BY 4 DESC, 3 DESC, 1 LIMIT :most;

-- name: replied
-- When the newest replies to one person, or in one channel, were asked of a model.
SELECT max(m.called_at) AS at FROM model_calls m
JOIN work w ON w.id = m.work_id
JOIN conversations c ON c.id = w.conversation_id
WHERE m.called_at > :since AND m.outcome = 'OK' AND w.capability = 'chat' AND :person_id IN ('', w.person_id)
  AND :platform IN ('', c.platform) AND :channel_id IN ('', c.channel_id)
GROUP BY w.id ORDER BY 1 DESC LIMIT :most;

-- name: failing
-- Models whose calls since then failed by the model's or its server's fault at least that often since it last answered.
WITH told AS (
    SELECT model, max(called_at) AS at FROM model_calls
    WHERE called_at >= :since
      AND outcome NOT IN ('UNREACHABLE', 'TIMED_OUT', 'STALLED', 'BROKEN', 'UNKNOWN_MODEL', 'STOPPED')
    GROUP BY model)
SELECT m.model AS name, count(*) AS count FROM model_calls m LEFT JOIN told t ON t.model = m.model
WHERE m.called_at >= :since AND m.outcome IN ('UNREACHABLE', 'TIMED_OUT', 'STALLED', 'BROKEN', 'UNKNOWN_MODEL')
  AND (t.at IS NULL OR m.called_at > t.at)
GROUP BY m.model HAVING count(*) >= :least ORDER BY m.model;
