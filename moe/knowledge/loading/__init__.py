"""From files to documents: which files count, what reads each, and the passages they are cut into."""
