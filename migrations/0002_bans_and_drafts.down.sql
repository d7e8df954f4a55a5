ALTER TABLE model_calls RENAME TO model_calls_after;
DROP INDEX model_calls_work;
DROP INDEX model_calls_time;

CREATE TABLE model_calls (
    id                TEXT PRIMARY KEY,
    work_id           TEXT NOT NULL REFERENCES work (id),
    attempt           INTEGER NOT NULL,
    model             TEXT NOT NULL,
    outcome           TEXT NOT NULL,
    prompt_tokens     INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    measured          INTEGER NOT NULL CHECK (measured IN (0, 1)),
    first_token_ms    BIGINT,
    total_ms          BIGINT NOT NULL,
    voice_version_id  TEXT REFERENCES prompt_versions (id),
    house_version_id  TEXT REFERENCES prompt_versions (id),
    called_at         BIGINT NOT NULL
);

INSERT INTO model_calls
    (id, work_id, attempt, model, outcome, prompt_tokens, completion_tokens, measured, first_token_ms, total_ms,
     voice_version_id, house_version_id, called_at)
SELECT id, work_id, attempt, model, outcome, prompt_tokens, completion_tokens, measured, first_token_ms, total_ms,
       voice_version_id, house_version_id, called_at
FROM model_calls_after WHERE work_id IS NOT NULL;

DROP TABLE model_calls_after;
CREATE INDEX model_calls_work ON model_calls (work_id);
CREATE INDEX model_calls_time ON model_calls (called_at);

DROP TABLE bans;
ALTER TABLE personas DROP COLUMN origin_id;
