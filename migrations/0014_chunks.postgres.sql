-- Nothing: here passage_bits is a table like any other, with an index of its own since it was made.
SELECT 1;
