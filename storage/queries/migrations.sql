-- name: present
SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations';

-- name: alone
-- Who moves the schema must be the only one to; a writer of SQLite always is.
SELECT 1;

-- name: create
CREATE TABLE schema_migrations (
    number     INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    checksum   TEXT NOT NULL,
    applied_at BIGINT NOT NULL
);

-- name: applied
SELECT number, name, checksum, applied_at FROM schema_migrations ORDER BY number;

-- name: add
INSERT INTO schema_migrations (number, name, checksum, applied_at)
VALUES (:number, :name, :checksum, :applied_at);

-- name: remove
DELETE FROM schema_migrations WHERE number = :number;
