"""Models, told apart by how they answer and how they fail."""
