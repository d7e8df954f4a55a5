-- name: add
-- pgvector reads what vec_f32 reads, by a cast.
INSERT INTO vectors (number, model, dimension, content_hash, vector)
VALUES (:number, :model, :dimension, :content_hash, CAST(:vector AS vector));

-- name: add_bits
-- Bits are written as the hexadecimal digits of their bytes.
INSERT INTO passage_bits (number, scope, model, bits)
VALUES (:number, :scope, :model, CAST('x' || encode(:bits, 'hex') AS bit(384)));

-- name: copy_bits
-- Bits are a type of their own here and need no mark.
INSERT INTO passage_bits (number, scope, model, bits)
VALUES (:number, :scope, :model, (SELECT b.bits FROM passage_bits b WHERE b.number = :from_number));

-- name: between
-- The distance of vectors is an operator of pgvector, and a list is unfolded by another function.
SELECT o.source_id, p.source_id AS id, 1 - (own.vector <=> v.vector) AS likeness
FROM passages o JOIN vectors own ON own.number = o.number
JOIN passages p ON p.source_id IN (SELECT jsonb_array_elements_text(CAST(:others AS jsonb)))
JOIN vectors v ON v.number = p.number AND v.model = own.model AND v.dimension = own.dimension
WHERE o.source_id IN (SELECT jsonb_array_elements_text(CAST(:sources AS jsonb)))
  AND (o.number < p.number OR o.source_id NOT IN (SELECT jsonb_array_elements_text(CAST(:others AS jsonb))));

-- name: beside
-- The distances of bits and of vectors are operators of pgvector.
SELECT p.source_id AS id, 1 - (own.vector <=> v.vector) AS likeness
FROM (
    SELECT number FROM passage_bits
    WHERE scope = :scope AND model = :model
    ORDER BY bits <~> (SELECT b.bits FROM passage_bits b WHERE b.number = :number), number LIMIT :most) n
JOIN vectors v ON v.number = n.number AND v.number <> :number
JOIN vectors own ON own.number = :number AND own.dimension = v.dimension
JOIN passages p ON p.number = v.number;
