-- name: size
-- Each database knows its own size by other words.
SELECT pg_database_size(current_database());
