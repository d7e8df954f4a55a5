DROP INDEX messages_name;
DROP TABLE passage_bits;
DROP TABLE vectors;
DROP TABLE passages;
DROP TABLE scopes;
