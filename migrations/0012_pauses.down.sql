DROP TABLE memory_pauses;
