DROP TABLE reservations;
DROP TABLE spending;
ALTER TABLE model_calls DROP COLUMN cached_tokens;
ALTER TABLE model_calls DROP COLUMN cost;
