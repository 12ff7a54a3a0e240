"""Documents to passages to evidence."""
