DROP INDEX passage_bits_parts;
