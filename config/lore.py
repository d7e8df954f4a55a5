"""What an entry of the lorebook may be, whoever writes it."""

LONGEST_TITLE = 80
LONGEST_WORD = 60
MOST_WORDS = 12
LONGEST_TEXT = 2000
HIGHEST_PRIORITY = 100
USUAL_PRIORITY = 50
MOST_ENTRIES = 50  # of one persona's file
