"""What owners are told of without asking: what is found wrong, and when the owners' channel hears of it."""
