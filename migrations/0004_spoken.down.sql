DROP INDEX events_picked;
DROP INDEX messages_taken_back;
DROP TABLE spoken;
