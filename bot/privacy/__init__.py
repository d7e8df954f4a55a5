"""Forgets people who ask for it, again wherever an older copy comes back, and hears nobody who does not want it."""
