"""What rich text files say."""
