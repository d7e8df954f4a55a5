"""What we do about what we hear."""
