"""The local Discord itself: what it does as the real one is documented to do."""
