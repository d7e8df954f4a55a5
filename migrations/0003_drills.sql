-- Each proof that the copy can be restored; what could not be measured is null.
CREATE TABLE drills (
    id        TEXT PRIMARY KEY,
    began_at  BIGINT NOT NULL,
    outcome   TEXT NOT NULL CHECK (outcome IN ('passed', 'failed')),
    rpo_ms    BIGINT,
    rto_ms    BIGINT,
    row_count BIGINT,
    sentence  TEXT NOT NULL
);

CREATE INDEX drills_began ON drills (began_at);
