"""Litestream as a child process: start, watch, restore, drill."""
