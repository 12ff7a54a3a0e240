"""What keeps work beyond the process that asked for it."""
