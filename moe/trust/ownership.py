"""Whose a folder is: the user's alone, or open to somebody else's hands."""

import os
import stat
from pathlib import Path
from pkgutil import resolve_name


def find_intruder(path: Path) -> str:
    """Why somebody else than the user could have put something there; "" when nobody could.

    Where the system has no owners (Windows) nobody is found. A group that is the user's own, as many systems give
    each user, is nobody else.
    """
    if not hasattr(os, "geteuid"):
        return ""
    try:
        found = path.stat()
    except OSError as error:
        return f"cannot be looked at: {error.strerror}"
    if found.st_uid != os.geteuid():
        return f"belongs to {name_user(found.st_uid)}"
    if found.st_mode & stat.S_IWOTH:
        return "can be written by everybody"
    if found.st_mode & stat.S_IWGRP and not _is_own_group(found.st_gid):
        return "can be written by its group"
    return ""


def name_user(uid: int) -> str:
    """A user's name by the system's number; "user 1234" for one that it has none for."""
    try:
        return str(resolve_name("pwd:getpwuid")(uid).pw_name)
    except KeyError:
        return f"user {uid}"


def _is_own_group(gid: int) -> bool:
    """Whether the group is the user's primary one and nobody else is in it."""
    try:
        user = resolve_name("pwd:getpwuid")(os.geteuid())
        group = resolve_name("grp:getgrgid")(gid)
        others = [one for one in resolve_name("pwd:getpwall")() if one.pw_gid == gid and one.pw_uid != user.pw_uid]
    except KeyError:
        return False
    return user.pw_gid == gid and not others and set(group.gr_mem) <= {user.pw_name}
