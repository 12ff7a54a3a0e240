"""The workspace and the record of runs."""
