"""Keys that people bring: sealed for their owner alone, and opened by any master key that is here."""
