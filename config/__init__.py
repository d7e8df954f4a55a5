"""What can be set, with its type, default and bounds."""
