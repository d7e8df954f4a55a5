"""Drafts a persona from one sentence in three steps: check the idea, write the voice, give it a face. Keeps nothing."""
