"""Discord: the only import of discord."""
