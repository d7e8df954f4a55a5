-- Everything said can be found again: by its words in FTS5, by its meaning as vectors.
-- A scope is what is seen together or not at all; for messages it is their conversation. A passage is one text that
-- can be recalled. Its number is its scope's number in the upper half and its place there in the lower half, so that
-- a range of numbers is a part of one scope, in every table and in the index of words.

CREATE TABLE scopes (
    number INTEGER PRIMARY KEY,
    key    TEXT NOT NULL UNIQUE
);

-- model names the space its vector lies in, '' as long as it has none.
CREATE TABLE passages (
    number    INTEGER PRIMARY KEY,
    source_id TEXT NOT NULL UNIQUE,
    model     TEXT NOT NULL
);

CREATE INDEX passages_model ON passages (model);

CREATE VIEW passage_texts AS
SELECT p.number, m.content AS words FROM passages p JOIN messages m ON m.id = p.source_id;

CREATE VIRTUAL TABLE passage_words USING fts5 (
    words, content = 'passage_texts', content_rowid = 'number', columnsize = 0, tokenize = 'porter unicode61'
);

-- What is deleted leaves no trace in the index.
INSERT INTO passage_words (passage_words, rank) VALUES ('secure-delete', 1);

CREATE TABLE vectors (
    number       INTEGER PRIMARY KEY REFERENCES passages (number),
    model        TEXT NOT NULL,
    dimension    INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    vector       BLOB NOT NULL
);

CREATE INDEX vectors_content ON vectors (model, content_hash);

-- The signs of a vector's first 384 numbers: small enough to compare with all of a scope.
CREATE VIRTUAL TABLE passage_bits USING vec0 (
    number integer primary key, scope integer partition key, model text partition key, bits bit[384], chunk_size = 64
);

-- Who takes part in a conversation is read from here without reading the conversation.
CREATE INDEX messages_name ON messages (conversation_id, name);

INSERT INTO scopes (key) SELECT id FROM conversations ORDER BY id;
INSERT INTO passages (number, source_id, model)
SELECT s.number * 4294967296 + m.seq, m.id, ''
FROM messages m JOIN scopes s ON s.key = m.conversation_id WHERE trim(m.content) <> '' AND m.seq < 4294967296;
INSERT INTO passage_words (rowid, words) SELECT number, words FROM passage_texts ORDER BY number;
