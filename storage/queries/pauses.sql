-- name: begin
INSERT INTO memory_pauses (person_id, begun_at) VALUES (:person_id, :now) ON CONFLICT (person_id) DO NOTHING;

-- name: end
DELETE FROM memory_pauses WHERE person_id = :person_id;

-- name: since
SELECT begun_at FROM memory_pauses WHERE person_id = :person_id;
