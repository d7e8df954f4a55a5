-- The nearest by meaning are looked for in the chunks of one scope; without this every chunk there is was read first.
CREATE INDEX passage_bits_parts ON passage_bits_chunks (partition00, partition01);
