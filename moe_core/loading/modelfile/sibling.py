"""Files that lie beside a modelfile and belong to it."""

import os
from pathlib import Path

from moe_core.files.regular import read_regular
from moe_core.schemas.plain_json import MisfitError

MAX_BYTES = 1_000_000


def read_sibling(reference: str, folder: Path | None) -> bytes:
    """The content of a file in the modelfile's folder.

    Args:
        reference: A path relative to the folder, which it may not leave.
        folder: Where to look; None when there is no folder.

    Raises:
        MisfitError: There is no such file in the folder, or it is larger than a megabyte.
    """
    if folder is None:
        raise MisfitError(f"{reference!r:.80} needs a modelfile that lies in a folder")
    try:
        path = (folder / reference).resolve()
        is_inside = path.is_relative_to(folder.resolve())
        if is_inside and not os.path.isfile(path):
            raise MisfitError(f"there is no file {reference!r:.80} beside the modelfile")
        data = read_regular(path, max_bytes=MAX_BYTES) if is_inside else b""
    except MisfitError:
        raise
    except (OSError, ValueError, RuntimeError) as error:
        raise MisfitError(f"cannot read {reference!r:.80}: {error}") from None
    if not is_inside:
        hint = "put a copy beside the modelfile"
        raise MisfitError(f"{reference!r:.80} lies outside the modelfile's folder", (), hint)
    return data
