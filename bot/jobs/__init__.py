"""What happens because of the clock; a job never answers anyone."""
