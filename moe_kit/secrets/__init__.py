"""Keys by reference: where a setting says that a key is, and reading it there."""
