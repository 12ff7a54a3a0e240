"""Work for other processes, and by them: one dispatcher, one caller, whatever moves the bytes."""
