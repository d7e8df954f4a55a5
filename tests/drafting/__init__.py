"""A persona drafted from one sentence, step by step."""
