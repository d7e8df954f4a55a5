"""What can be said of text alone."""
