"""What web pages say, apart from what surrounds it."""
