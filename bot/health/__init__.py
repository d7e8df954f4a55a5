"""Whether the bot is well: measured when asked, and told over HTTP and by /status."""
