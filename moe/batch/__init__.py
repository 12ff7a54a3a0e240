"""Many requests from one file, answered once each."""
