"""The graph of a whole index, to look at."""
