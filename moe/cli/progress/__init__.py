"""Progress on standard error while something runs."""
