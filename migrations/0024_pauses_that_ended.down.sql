DELETE FROM memory_pauses WHERE ended_at IS NOT NULL;
ALTER TABLE memory_pauses DROP COLUMN ended_at;
