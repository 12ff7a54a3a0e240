"""The contracts as checks: one function a kind, which a plugin author calls from a test."""
