"""What holds for the tree as a whole: floors, queries, tables, words, and a README that tells the same story."""
