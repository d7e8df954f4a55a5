"""The bot in a real terminal and on real pipes, as a process of its own."""
