"""What can be said of text alone: cutting, cleaning, counting."""
