-- name: claim
-- Several processes deliver at once: each passes over what another is just taking instead of waiting for it.
UPDATE deliveries SET state = 'sending', attempts = attempts + 1, run_after = :lease_until
WHERE state = 'owed' AND (conversation_id, id) = (
    SELECT d.conversation_id, d.id FROM deliveries d
    WHERE d.state = 'owed' AND d.run_after <= :now
      AND EXISTS (SELECT 1 FROM conversations c WHERE c.id = d.conversation_id AND c.platform = :platform)
      AND NOT EXISTS (
        SELECT 1 FROM deliveries earlier
        WHERE earlier.conversation_id = d.conversation_id AND earlier.state IN ('live', 'owed', 'sending')
          AND (earlier.place < d.place OR (earlier.place = d.place AND earlier.part < d.part)))
    ORDER BY d.run_after, d.id LIMIT 1
    FOR UPDATE OF d SKIP LOCKED)
RETURNING conversation_id, id;
