-- What people say of a memory that a reply had in mind, and which reply a message of the platform was, so that
-- it can still be asked why it was said when its work was let go long ago.

-- reply_id is '' for what was no reply, and for what was let go before this column was there.
ALTER TABLE spoken ADD COLUMN reply_id TEXT NOT NULL DEFAULT '';

-- What each person said of a memory last.
CREATE TABLE memory_feedback (
    memory_id TEXT NOT NULL REFERENCES memories (id),
    person_id TEXT NOT NULL REFERENCES people (id),
    verdict   TEXT NOT NULL CHECK (verdict IN ('helpful', 'wrong')),
    given_at  BIGINT NOT NULL,
    PRIMARY KEY (memory_id, person_id)
);

CREATE INDEX memory_feedback_person ON memory_feedback (person_id);
