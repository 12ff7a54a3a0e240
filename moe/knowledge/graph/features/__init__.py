"""What is known of passages and links as numbers, and how much each counts."""
