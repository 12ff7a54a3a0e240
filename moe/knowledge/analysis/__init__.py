"""What the index keeps of a passage: its terms, its names and the phrases in it."""
