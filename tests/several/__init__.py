"""Several processes on one Postgres: killed, doubled, divided, and still one bot."""
