"""What a tool does to the world beside computing its result."""

from enum import StrEnum


class Effect(StrEnum):
    """An effect that a tool declares.

    Attributes:
        NET: It sends something to another program, on this machine or elsewhere.
        FS_WRITE: It writes files.
        EXEC: It starts programs.
        SECRETS: It reads keys from the environment.
    """

    NET = "net"
    FS_WRITE = "fs.write"
    EXEC = "exec"
    SECRETS = "secrets"
