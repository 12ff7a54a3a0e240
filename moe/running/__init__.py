"""Running a chain: Camina, Belters, Drummers, Observer, events."""
