"""Questions that only make sense after others, completed from them by rules."""
