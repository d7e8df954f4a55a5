DROP TABLE memory_feedback;
ALTER TABLE spoken DROP COLUMN reply_id;
