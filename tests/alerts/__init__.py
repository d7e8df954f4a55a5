"""What owners are told of: found, told once in each pause, acknowledged, over."""
