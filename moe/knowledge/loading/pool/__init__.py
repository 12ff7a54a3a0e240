"""Processes that read files for moe, so that no file can take more time or memory than it is given."""
