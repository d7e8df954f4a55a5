"""A persona says hello and offers its starters."""
