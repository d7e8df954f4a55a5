"""Being forgotten, staying forgotten, and not being heard."""
