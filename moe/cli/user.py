"""Who types commands here."""

import getpass


def find_user() -> str:
    """The name of this process's user; "" where it has none, as in some containers."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
