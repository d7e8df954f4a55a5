"""How well the bot finds again what was said, measured through the bot's own path."""
