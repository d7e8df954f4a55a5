"""What calls of models cost, and whether another one may be made."""
