-- How far the tidying of each scene's memories has come.

-- through is the place of the memory that the pass under way has come to, 0 between two passes. began_at is when this
-- pass began, ran_at when the last whole one did: what was learnt since is new. changed counts the pass's changes.
CREATE TABLE consolidations (
    conversation_id TEXT PRIMARY KEY REFERENCES conversations (id),
    through         BIGINT NOT NULL,
    began_at        BIGINT NOT NULL,
    ran_at          BIGINT,
    changed         BIGINT NOT NULL
);

CREATE INDEX consolidations_ran ON consolidations (ran_at);

-- What was learnt since a pass, and how often it was told again.
CREATE INDEX memories_recorded ON memories (conversation_id, recorded_at);
CREATE INDEX memory_changes_made ON memory_changes (conversation_id, made_at);
CREATE INDEX memory_changes_undone ON memory_changes (conversation_id) WHERE undone_at IS NOT NULL;

-- Whoever claims looks for it last.
CREATE INDEX work_tidying ON work (run_after, id) WHERE capability = 'consolidate' AND state IN ('ready', 'retrying');
