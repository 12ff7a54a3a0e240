"""Asking models: who serves, until the answer is valid, once."""
