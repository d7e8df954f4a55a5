-- name: named
-- A list is unfolded by another function here.
SELECT p.number, m.id
FROM passages p JOIN memories m ON m.id = p.source_id
WHERE p.number IN (SELECT CAST(jsonb_array_elements_text(CAST(:numbers AS jsonb)) AS bigint)) AND m.state = 'live'
  AND NOT EXISTS (
    SELECT 1 FROM people who JOIN opt_outs o ON o.platform = who.platform AND o.platform_id = who.platform_id
    WHERE who.id = m.teller_id AND o.ended_at IS NULL)
ORDER BY p.number;
