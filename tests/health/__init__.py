"""Whether the bot is well: what is measured, and what is told of it."""
