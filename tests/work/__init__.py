"""Doing what is owed: retry decided purely, and every way a try can end."""
