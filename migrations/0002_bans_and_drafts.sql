-- What the operator forbids, where a copied persona comes from, and calls of a model that no work made.

-- A guild's own edition names the shared persona it was copied from, '' for none: it is banned with it.
ALTER TABLE personas ADD COLUMN origin_id TEXT NOT NULL DEFAULT '';

UPDATE personas
SET origin_id = COALESCE((SELECT s.id FROM personas s WHERE s.guild_id = '' AND s.name = personas.name), '')
WHERE guild_id <> '' AND EXISTS (
    SELECT 1 FROM persona_versions v
    WHERE v.persona_id = personas.id AND v.number = 1 AND v.reason = 'this server''s own copy');

-- A ban is no status: when it ends, the persona is what it was before.
CREATE TABLE bans (
    persona_id TEXT PRIMARY KEY REFERENCES personas (id),
    reason     TEXT NOT NULL CHECK (reason <> ''),
    banned_by  TEXT NOT NULL,
    banned_at  BIGINT NOT NULL
);

-- work_id may now be NULL: a command called the model, to draft a persona.
ALTER TABLE model_calls RENAME TO model_calls_before;
DROP INDEX model_calls_work;
DROP INDEX model_calls_time;

CREATE TABLE model_calls (
    id                TEXT PRIMARY KEY,
    work_id           TEXT REFERENCES work (id),
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
FROM model_calls_before;

DROP TABLE model_calls_before;
CREATE INDEX model_calls_work ON model_calls (work_id);
CREATE INDEX model_calls_time ON model_calls (called_at);
