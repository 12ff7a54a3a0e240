"""The memory that a process may take, held by the system."""

from pkgutil import resolve_name


def limit_address_space(total_bytes: int) -> None:
    """Hold this process to so many bytes of addresses from now on, or to fewer if it is held to fewer already.

    For Linux alone: elsewhere the system does not keep to it.
    """
    kind = resolve_name("resource:RLIMIT_AS")  # by name: Windows has no such module
    _, hard = resolve_name("resource:getrlimit")(kind)
    limit = total_bytes if hard < 0 else min(total_bytes, hard)
    resolve_name("resource:setrlimit")(kind, (limit, limit))
