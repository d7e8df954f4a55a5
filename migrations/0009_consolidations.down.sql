DROP INDEX work_tidying;
DROP INDEX memory_changes_undone;
DROP INDEX memory_changes_made;
DROP INDEX memories_recorded;
DROP TABLE consolidations;
