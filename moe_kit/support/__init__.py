"""Whether a text says what a statement claims: names, numbers, negations, words."""
