-- Who has their memory paused: what they say meanwhile is answered, and neither remembered nor recalled later.

CREATE TABLE memory_pauses (
    person_id TEXT PRIMARY KEY REFERENCES people (id),
    begun_at  BIGINT NOT NULL
);
