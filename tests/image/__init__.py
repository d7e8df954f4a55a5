"""What an image holds and how it runs, without a Docker engine."""
