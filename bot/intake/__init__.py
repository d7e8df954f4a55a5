"""Hears events: decides whether we should answer (pure), and keeps event, message and work in one transaction."""
