"""Runs that are queued, and the workers that do them."""
