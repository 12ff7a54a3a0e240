"""Values for reading: screens, and what is shown on them."""
