-- The upper half of a passage's number is its scope, so the index of what can be recalled can be partitioned by ranges
-- of numbers, as long as nothing else in it has to be unique. A source has one passage: at its place in its scope.
ALTER TABLE passages DROP CONSTRAINT passages_source_id_key;
CREATE INDEX passages_source ON passages (source_id);
