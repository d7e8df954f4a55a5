"""Settings that may change while the bot runs."""
