"""Files that are to be put into a collection."""

from collections.abc import Sequence
from pathlib import Path

from moe_core.contracts.errors import DocumentError, RequestError


def check_files(files: Sequence[Path | str]) -> list[Path]:
    """Files, each of which can be called by its own name in a collection.

    Raises:
        RequestError: None is named, or two have one name.
        DocumentError: One is no file.
    """
    paths = [Path(file).expanduser() for file in ([files] if isinstance(files, str | Path) else files)]
    if not paths:
        raise RequestError("no file is named", hint="name those that are to be put into the collection")
    for place, path in enumerate(paths):
        if not path.is_file():
            what = "is a folder" if path.is_dir() else "does not exist"
            raise DocumentError(f"{path} {what}", path=path, hint="name files, one by one")
        if path.name in [other.name for other in paths[:place]]:
            raise RequestError(f"two files are called {path.name}", hint="put them into two collections")
    return paths
