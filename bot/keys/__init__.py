"""Keys that people and servers bring for their own replies: sealed where they are kept, opened for one work item."""
