"""Tables in documents: read from their text, asked in words, answered by computing."""
