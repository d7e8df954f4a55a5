-- name: others
-- Several processes share a server: each session of theirs holds a lock that is shared, and one of its process.
SELECT count(*) FROM pg_locks AS there
WHERE there.locktype = 'advisory' AND there.granted
  AND there.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND there.classid = (hashtext('troupe at work')::bigint & 4294967295)::oid
  AND there.objid = (hashtext(current_schema())::bigint & 4294967295)::oid
  AND there.pid NOT IN (
    SELECT same.pid FROM pg_locks AS mine
    JOIN pg_locks AS same ON (same.locktype, same.database, same.classid, same.objid)
                           = (mine.locktype, mine.database, mine.classid, mine.objid)
    WHERE mine.pid = pg_backend_pid() AND mine.locktype = 'advisory'
      AND mine.classid = (hashtext('troupe process')::bigint & 4294967295)::oid);
