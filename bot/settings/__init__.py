"""What may change while the bot runs, as it holds for one piece of work."""
