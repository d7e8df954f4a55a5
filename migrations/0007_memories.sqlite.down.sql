INSERT INTO passage_words (passage_words, rowid, words)
SELECT 'delete', t.number, t.words FROM passage_texts t
WHERE t.number IN (SELECT number FROM passages WHERE source_id IN (SELECT id FROM memories));
DELETE FROM passage_bits WHERE number IN (SELECT number FROM passages WHERE source_id IN (SELECT id FROM memories));
DELETE FROM vectors WHERE number IN (SELECT number FROM passages WHERE source_id IN (SELECT id FROM memories));
DELETE FROM passages WHERE source_id IN (SELECT id FROM memories);
DELETE FROM scopes WHERE key LIKE 'memories:%';
DROP VIEW passage_texts;
CREATE VIEW passage_texts AS
SELECT p.number, m.content AS words FROM passages p JOIN messages m ON m.id = p.source_id;
DROP TABLE memory_uses;
DROP TABLE memory_rereads;
DROP TABLE memory_withheld;
DROP TABLE memory_readings;
DROP TABLE memory_changes;
DROP TABLE memory_relations;
DROP TABLE memory_sources;
DROP VIEW memory_audiences;
DROP TABLE memories;
