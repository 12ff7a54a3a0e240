"""What `moe doctor` finds."""
