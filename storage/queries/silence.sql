-- name: covers
-- An opt-out that holds covers whatever is found; one that is over, what was said meanwhile; a tombstone, all before it.
SELECT (SELECT count(*) FROM opt_outs
        WHERE platform = :platform AND platform_id = :platform_id
          AND (ended_at IS NULL OR (since <= :said_at AND :said_at <= ended_at)))
     + (SELECT count(*) FROM forgotten WHERE key_hash = :key_hash AND forgotten_at >= :by);
