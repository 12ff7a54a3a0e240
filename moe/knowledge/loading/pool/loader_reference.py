"""A loader's class written down for another process, which imports it from the same place."""

import site
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from moe_core.contracts.errors import DocumentError
from moe_core.contracts.loader import Loader
from moe_core.loading.plugins.module_files import find_module_file, load_module_file

_made: dict[tuple[str, ...], type[Loader]] = {}


def write_loader(loader: type[Loader]) -> list[str]:
    """Where a loader's class is found: its module, the class within, and the file of a plugin in a folder."""
    file = find_module_file(loader.__module__)
    return [loader.__module__, loader.__qualname__, "" if file is None else str(file)]


def read_loader(written: list[str], document_id: str) -> type[Loader]:
    """The class that `write_loader` was given.

    Args:
        written: What it gave.
        document_id: The document that needs it, for the message.

    Raises:
        DocumentError: It cannot be imported here, or its file has changed since.
    """
    key = tuple(written)
    if key not in _made:
        module, name, file = written
        try:
            found: Any = _import_file(module, Path(file)) if file else _import_module(module)
            for part in name.split("."):
                found = getattr(found, part)
        except Exception as error:
            raise DocumentError(
                f"{document_id} could not be read: its loader {name} cannot be imported ({error})",
                path=document_id,
                hint=f"make {module} importable by its name in a fresh Python",
            ) from error
        _made[key] = found
    return _made[key]


def _import_file(module: str, path: Path) -> ModuleType:
    """A plugin file's module; its name tells its content."""
    found = load_module_file(path)
    if found.__name__ != module:
        raise ImportError(f"{path} has changed since moe was started", path=str(path))
    return found


def _import_module(name: str) -> ModuleType:
    try:
        return import_module(name)
    except ModuleNotFoundError:
        site.main()  # packages that are installed for editing may be found by a hook only
        return import_module(name)
