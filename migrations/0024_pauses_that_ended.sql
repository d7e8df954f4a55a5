-- A pause that is over is kept with its end: what was said meanwhile may be heard later than the order that ended it.
ALTER TABLE memory_pauses ADD COLUMN ended_at BIGINT;
