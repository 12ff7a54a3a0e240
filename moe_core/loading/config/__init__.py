"""Settings: files, environment and flags as layers, read, checked and added up."""
