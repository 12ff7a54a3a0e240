"""A small model that reads a question and a sentence together and says how well the one answers the other."""
