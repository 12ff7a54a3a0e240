"""Processes that do runs."""
