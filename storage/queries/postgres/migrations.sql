-- name: present
-- Each database lists its own tables elsewhere.
SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'schema_migrations';

-- name: alone
-- Processes that start together wait here for each other, until the transaction ends.
SELECT pg_advisory_xact_lock(hashtext('migrations'), hashtext(current_schema()));
