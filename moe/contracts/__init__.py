"""What the application takes and gives: values that faces read."""
