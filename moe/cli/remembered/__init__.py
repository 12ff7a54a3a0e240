"""Listings remembered as they were printed, so that the next one reads nothing but the times of files."""
