"""What the bot can do: each turns a work item into an outcome."""
