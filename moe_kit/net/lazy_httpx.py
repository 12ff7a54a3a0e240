"""httpx, imported when the first of its names is used: it takes as long as a small run, and most runs fetch nothing.

What its names are is declared in `lazy_httpx.pyi`, which type checkers read in place of this file.
"""

from pkgutil import resolve_name
from typing import Any


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(resolve_name("httpx"), name)
