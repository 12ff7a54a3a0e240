"""Making an index, and bringing it up to date."""
