-- Nothing: no file is partitioned, and the one index serves to find a passage by its source.
SELECT 1;
