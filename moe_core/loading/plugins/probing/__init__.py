"""Trying plugins in processes of their own."""
