"""Processes that analyse passages for an index, so that all of a machine's processors work on it."""
