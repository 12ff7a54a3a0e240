"""Documents that are kept under a name, with an index of their own."""
