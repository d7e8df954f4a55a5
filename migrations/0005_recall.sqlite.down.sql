DROP INDEX messages_name;
DROP TABLE passage_bits;
DROP TABLE vectors;
DROP TABLE passage_words;
DROP VIEW passage_texts;
DROP TABLE passages;
DROP TABLE scopes;
