"""The measure of recall itself."""
