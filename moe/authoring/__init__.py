"""Writing plugins: a new one from a template, and a look at what its wheel holds."""
