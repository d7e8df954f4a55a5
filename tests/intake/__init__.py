"""Hearing: who answers, by which rule, and what is kept of it."""
