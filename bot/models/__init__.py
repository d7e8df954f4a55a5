"""Who answers: any OpenAI-compatible server, or the offline persona."""
