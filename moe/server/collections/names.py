"""What a caller calls a collection, and what it is called where it is kept: each key has collections of its own."""

import re

from moe.server.keys.access import Access
from moe_core.contracts.errors import RequestError

_OWNED = re.compile(r"[0-9a-f]{12}\.", re.ASCII)  # begins with a key's id
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,48}", re.ASCII)  # leaves room for that in 63 characters


def make_own(name: str, access: Access) -> str:
    """The name under which a caller's own collection is kept."""
    own = f"{access.owner}."
    return name if access.sees_all or name.startswith(own) else own + name


def list_kept(name: str, access: Access) -> tuple[str, ...]:
    """The names under which a collection may be kept that a caller means: its own comes before the project's."""
    own = make_own(name, access)
    return (own,) if own == name or _OWNED.match(name) else (own, name)


def show_name(kept: str, access: Access) -> str:
    """What a caller calls a collection; "" for one that it may not see."""
    if access.sees_all:
        return kept
    if kept.startswith(f"{access.owner}."):
        return kept.partition(".")[2]
    return "" if _OWNED.match(kept) else kept


def check_name(name: str) -> None:
    """Refuse what no collection can be called.

    Raises:
        RequestError: It is such a name.
    """
    if not _NAME.fullmatch(name):
        raise RequestError(
            f"{name!r} is no name for a collection",
            hint="letters, digits, '-', '_' and '.', up to 49 of them, the first one a letter or digit",
        )
