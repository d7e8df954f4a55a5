"""Puts what somebody asked to have remembered into words that stand alone."""
