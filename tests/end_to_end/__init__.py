"""The whole bot against a local Discord and a local model server, with everything real in between."""
