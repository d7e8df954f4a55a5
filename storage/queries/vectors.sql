-- name: lacking
-- Two ranges of the index instead of a comparison that would read all of it, and the words from where they stand: of
-- passage_texts everything would be read before anything is joined.
SELECT p.number, COALESCE(m.content, y.statement) AS words,
       COALESCE(m.content_hash, 'memory:' || y.statement_hash) AS content_hash
FROM (SELECT number FROM passages WHERE model < :model
      UNION ALL SELECT number FROM passages WHERE model > :model) l
JOIN passages p ON p.number = l.number
JOIN scopes s ON s.number = p.number / 4294967296
LEFT JOIN messages m ON m.conversation_id = s.key AND m.id = p.source_id
LEFT JOIN memories y ON y.conversation_id = substr(s.key, 10) AND y.id = p.source_id
WHERE m.id IS NOT NULL OR y.id IS NOT NULL
LIMIT :most;

-- name: between
-- CROSS JOIN keeps the order: from the few others to their vectors, never through all vectors of a model.
SELECT o.source_id, p.source_id AS id, 1 - vec_distance_cosine(own.vector, v.vector) AS likeness
FROM passages o CROSS JOIN vectors own CROSS JOIN passages p CROSS JOIN vectors v
WHERE o.source_id IN (SELECT value FROM json_each(:sources)) AND own.number = o.number
  AND p.source_id IN (SELECT value FROM json_each(:others))
  AND (o.number < p.number OR o.source_id NOT IN (SELECT value FROM json_each(:others)))
  AND v.number = p.number AND v.model = own.model AND v.dimension = own.dimension;

-- name: place
SELECT p.number, v.model FROM passages p JOIN vectors v ON v.number = p.number WHERE p.source_id = :source_id;

-- name: beside
-- About the nearest in its scope by their signs, and then how near they are.
SELECT p.source_id AS id, 1 - vec_distance_cosine(own.vector, v.vector) AS likeness
FROM (
    SELECT number FROM passage_bits
    WHERE bits MATCH vec_bit((SELECT b.bits FROM passage_bits b WHERE b.number = :number)) AND k = :most
      AND scope = :scope AND model = :model) n
CROSS JOIN vectors own CROSS JOIN vectors v CROSS JOIN passages p
WHERE own.number = :number AND v.number = n.number AND v.number <> :number AND v.dimension = own.dimension
  AND p.number = v.number;

-- name: count_lacking
SELECT count(*) FROM (SELECT number FROM passages WHERE model < :model
                      UNION ALL SELECT number FROM passages WHERE model > :model) l;

-- name: alike
-- Another passage that says the very same has the same vector.
SELECT number FROM vectors WHERE model = :model AND content_hash = :content_hash LIMIT 1;

-- name: mark
-- Only while it still reads as it did when its vector was made. The number is given twice, since a term that looks at
-- the row outside would have every text read.
UPDATE passages SET model = :model
WHERE number = :number
  AND EXISTS (SELECT 1 FROM passage_texts t WHERE t.number = :number AND t.content_hash = :content_hash);

-- name: add
INSERT INTO vectors (number, model, dimension, content_hash, vector)
VALUES (:number, :model, :dimension, :content_hash, vec_f32(:vector));

-- name: add_bits
INSERT INTO passage_bits (number, scope, model, bits) VALUES (:number, :scope, :model, vec_bit(:bits));

-- name: copy
INSERT INTO vectors (number, model, dimension, content_hash, vector)
SELECT :number, model, dimension, content_hash, vector FROM vectors WHERE number = :from_number;

-- name: copy_bits
-- Marked as bits last of all: what passes through a table in between loses the mark.
INSERT INTO passage_bits (number, scope, model, bits)
VALUES (:number, :scope, :model, vec_bit((SELECT b.bits FROM passage_bits b WHERE b.number = :from_number)));
