"""Walks through the graph of a question, and the rankings they end in."""
