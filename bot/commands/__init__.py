"""What people may order, platform-neutral: typed arguments in, an answer out."""
