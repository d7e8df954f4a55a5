-- name: add
INSERT INTO model_calls
    (conversation_id, id, work_id, attempt, model, outcome, prompt_tokens, completion_tokens, measured, first_token_ms,
     total_ms, voice_version_id, house_version_id, called_at)
VALUES
    (COALESCE((SELECT w.conversation_id FROM work w WHERE w.id = :work_id), ''), :id, :work_id, :attempt, :model,
     :outcome, :prompt_tokens, :completion_tokens, :measured, :first_token_ms, :total_ms, :voice_version_id,
     :house_version_id, :called_at);

-- name: outcomes_since
SELECT outcome AS name, count(*) AS count FROM model_calls WHERE called_at >= :since GROUP BY outcome ORDER BY outcome;

-- name: tokens_since
SELECT COALESCE(sum(prompt_tokens + completion_tokens), 0) FROM model_calls WHERE called_at >= :since;

-- name: of_work
SELECT id, work_id, attempt, model, outcome, prompt_tokens, completion_tokens, measured, first_token_ms, total_ms,
       voice_version_id, house_version_id, called_at
FROM model_calls
WHERE conversation_id = (SELECT w.conversation_id FROM work w WHERE w.id = :work_id) AND work_id = :work_id
ORDER BY id;
