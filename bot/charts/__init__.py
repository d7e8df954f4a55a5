"""Pictures of figures over time, as PNG."""
