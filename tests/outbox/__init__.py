"""What to do when we cannot know whether something was said."""
