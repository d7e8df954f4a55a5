-- name: unfinished
SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'unfinished_move';

-- name: begin
-- A row for each table, once something of it has come; table_name '' holds the script that puts rules back.
CREATE TABLE unfinished_move (
    table_name TEXT PRIMARY KEY,
    position   TEXT NOT NULL,
    row_count  BIGINT NOT NULL,
    marks      BIGINT NOT NULL
);

-- name: position
SELECT position, row_count, marks FROM unfinished_move WHERE table_name = :table_name;

-- name: reach
INSERT INTO unfinished_move (table_name, position, row_count, marks)
VALUES (:table_name, :position, :row_count, :marks)
ON CONFLICT (table_name) DO UPDATE
SET position = excluded.position, row_count = excluded.row_count, marks = excluded.marks;

-- name: forget
DELETE FROM unfinished_move WHERE table_name = :table_name;

-- name: marks
SELECT COALESCE(sum(marks), 0) FROM unfinished_move;

-- name: end
DROP TABLE unfinished_move;
