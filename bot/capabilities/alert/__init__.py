"""Tells the owners' channel what is wrong."""
