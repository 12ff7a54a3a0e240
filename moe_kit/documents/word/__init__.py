"""What Word's own format says: parts, styles, numbers of lists, changes, text."""
