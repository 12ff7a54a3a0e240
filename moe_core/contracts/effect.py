"""What a tool does to the world beside computing its result."""

from enum import StrEnum


class Effect(StrEnum):
    """An effect that a tool declares."""

    NET = "net"  # it sends something to another program, on this machine or elsewhere
    FS_WRITE = "fs.write"  # it writes files
    EXEC = "exec"  # it starts programs
    SECRETS = "secrets"  # it reads keys from the environment
