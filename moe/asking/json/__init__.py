"""Structured output: a schema a server can hold to, a reply read as one object, and what is wrong with it."""
