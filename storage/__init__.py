"""What we remember. Knows no Discord, no model, no policy."""
