"""Telling somebody how the operator lets them talk in direct messages."""
