"""Requests made to fit: prompts, fences, the context window, token counts."""
