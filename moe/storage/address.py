"""The address of a database server, which holds a password."""

from moe_core.contracts.errors import SecretError
from moe_core.text.secrets import MASK
from moe_kit.secrets.resolver import resolve_setting

_SCHEMES = ("postgresql://", "postgres://")


def find_database(said: str) -> str:
    """The address that `system.database` says, or refers to.

    Raises:
        SecretError: It refers to none. The message does not repeat what it leads to.
    """
    address = resolve_setting(said, setting="system.database")
    if not address.startswith(_SCHEMES):
        raise SecretError(
            f"system.database: what is at {said} is no address of a PostgreSQL database",
            hint="put postgresql://user:password@host/name there",
        )
    return address


def hide_login(text: str, address: str) -> str:
    """The text without the password of an address, and without a login that a server took for something else."""
    login, sign, _ = address.partition("://")[2].rpartition("@")
    password = login.partition(":")[2]
    for part in (login, password) if sign and password else ():
        text = text.replace(part, MASK)
    return text
