"""Finding again what was said, and what is remembered, of whom, and who may know it."""
