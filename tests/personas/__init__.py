"""Personas as files publish them."""
