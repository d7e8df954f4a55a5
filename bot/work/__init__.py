"""Does what is owed: claims an item, lets its capability do it, keeps the outcome."""
