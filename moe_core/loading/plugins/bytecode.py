"""Keeping compiled code from standing in for a source that is edited once more."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from moe_core.loading.plugins.stamps import is_recent


@contextmanager
def hold_back_bytecode(sources: Iterable[Path]) -> Iterator[None]:
    """Have Python write no compiled code meanwhile, if one of the sources has changed a moment ago.

    Python knows a source again by its size and the second of its time: compiled code that was written within that
    second would also count for the next edit within it.

    Source: https://docs.python.org/3/reference/import.html#cached-bytecode-invalidation
    """
    before = sys.dont_write_bytecode
    sys.dont_write_bytecode = before or any(map(is_recent, sources))
    try:
        yield
    finally:
        sys.dont_write_bytecode = before
