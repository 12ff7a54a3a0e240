"""What moe exits with."""

EXIT_DONE = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_DEGRADED = 3
EXIT_WAITING = 4  # for a person to decide on a call of a tool
EXIT_INTERRUPTED = 130  # as shells tell SIGINT: 128 and its number
