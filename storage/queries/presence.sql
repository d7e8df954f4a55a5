-- name: others
-- Whoever has a file open has it alone.
SELECT 0;
