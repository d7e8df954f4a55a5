"""Who may talk with personas, who may change what, and where personas are silent."""
