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
