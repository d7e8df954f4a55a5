"""The same bot in a terminal: what is typed is heard, what is owed is printed."""
