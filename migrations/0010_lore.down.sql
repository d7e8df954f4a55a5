DROP TABLE lore_changes;
DROP TABLE lore;
