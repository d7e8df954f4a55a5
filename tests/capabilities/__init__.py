"""What a persona's reply is made of."""
