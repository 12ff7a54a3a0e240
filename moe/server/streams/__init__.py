"""Events of runs on their way to readers."""
