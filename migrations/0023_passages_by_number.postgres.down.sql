DROP INDEX passages_source;
ALTER TABLE passages ADD CONSTRAINT passages_source_id_key UNIQUE (source_id);
