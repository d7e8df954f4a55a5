-- name: open_scope
INSERT INTO scopes (key) VALUES (:scope_key) ON CONFLICT (key) DO NOTHING;

-- name: add
-- No row where the scope was never opened.
INSERT INTO passages (number, source_id, model)
SELECT s.number * 4294967296 + :place, :source_id, '' FROM scopes s WHERE s.key = :scope_key
RETURNING number;

-- name: number
SELECT number FROM passages WHERE source_id = :source_id;

-- name: add_words
INSERT INTO passage_words (rowid, words) VALUES (:number, :words);

-- name: forget_words
-- The index keeps no text of its own: what it shall forget is read from the source, which must not have changed yet.
INSERT INTO passage_words (passage_words, rowid, words)
SELECT 'delete', number, words FROM passage_texts WHERE number = :number;

-- name: forget_bits
DELETE FROM passage_bits WHERE number = :number;

-- name: forget_vector
DELETE FROM vectors WHERE number = :number;

-- name: remove
DELETE FROM passages WHERE number = :number;

-- name: open_scopes
INSERT INTO scopes (key)
SELECT id FROM conversations UNION SELECT 'memories:' || conversation_id FROM memories WHERE state = 'live' ORDER BY 1;

-- name: add_all
INSERT INTO passages (number, source_id, model)
SELECT s.number * 4294967296 + m.seq, m.id, ''
FROM messages m JOIN scopes s ON s.key = m.conversation_id
WHERE trim(m.content) <> '' AND m.seq < 4294967296 AND NOT EXISTS (
    SELECT 1 FROM memory_withheld h WHERE h.conversation_id = m.conversation_id AND h.message_id = m.id)
UNION ALL
SELECT s.number * 4294967296 + y.seq, y.id, ''
FROM memories y JOIN scopes s ON s.key = 'memories:' || y.conversation_id
WHERE y.state = 'live' AND trim(y.statement) <> '' AND y.seq < 4294967296;

-- name: renew_words
INSERT INTO passage_words (passage_words) VALUES ('rebuild');

-- name: add_all_words
INSERT INTO passage_words (rowid, words) SELECT number, words FROM passage_texts ORDER BY number;
