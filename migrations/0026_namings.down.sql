DROP INDEX memories_namings;
