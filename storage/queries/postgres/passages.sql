-- name: add_words
-- The words are indexed in the passage's own row, as a tsvector.
UPDATE passages SET words = to_tsvector('english', :words) WHERE number = :number;

-- name: forget_words
-- The words are indexed in the passage's own row, so nothing else has to be read.
UPDATE passages SET words = NULL WHERE number = :number;

-- name: renew_words
-- The words are indexed in the passage's own row, as a tsvector.
UPDATE passages SET words = to_tsvector('english', t.words) FROM passage_texts t WHERE t.number = passages.number;

-- name: add_all_words
-- The words are indexed in the passage's own row, as a tsvector.
UPDATE passages SET words = to_tsvector('english', t.words) FROM passage_texts t WHERE t.number = passages.number;
