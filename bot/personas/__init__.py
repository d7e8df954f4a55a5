"""Personas as the bot uses them: published from files, made a guild's own, shown by their face."""
