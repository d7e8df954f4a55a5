"""What people may order, without any face: arguments in, an answer out, and what was changed."""
