"""What Troupe promises, kept by real parts: one sentence a test, one folder for each part of the tree."""
