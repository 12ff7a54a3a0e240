"""The lock: which plugins may run, as which files, with which definitions."""
