DROP INDEX messages_answering;
DROP TABLE opt_outs;
DROP TABLE forgotten;
