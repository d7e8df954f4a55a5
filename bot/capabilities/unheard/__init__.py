"""A persona tells somebody who asked not to be heard how to be heard again."""
