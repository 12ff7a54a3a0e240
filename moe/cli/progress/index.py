"""How far the index is, on standard error: a moving line on a terminal, nothing elsewhere."""

import sys
from contextlib import AbstractContextManager, nullcontext
from pkgutil import resolve_name
from typing import cast

from moe.cli.render.screens import is_live
from moe.contracts.index import IndexProgressListener


def open_index_progress(*, is_coloured: bool) -> AbstractContextManager[IndexProgressListener | None]:
    """Whom to tell how far it is, while the context lasts; None when nobody looks."""
    if not is_live(sys.stderr):
        return nullcontext(None)
    # By name: rich is not imported for a pipe.
    view = resolve_name("moe.cli.render.index:IndexView")(sys.stderr, is_coloured=is_coloured)
    return cast(AbstractContextManager[IndexProgressListener | None], view)
