-- name: unfinished
-- Each database lists its own tables elsewhere.
SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'unfinished_move';
