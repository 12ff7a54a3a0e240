"""Where the source of a module lies, found without importing anything of it."""

import importlib.util
import sys
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path

_MOST_FILES = 200  # of one package, when all of them have to be watched


def find_module_source(name: str) -> Path | None:
    """The file of a module or package, or None: built in, compiled, in an archive, or not there."""
    top, *below = name.split(".")
    spec = _find_spec(top)
    if spec is None:
        return None
    if not below:
        return _find_file(spec.origin)
    for place in spec.submodule_search_locations or ():
        folder = Path(place, *below)
        for candidate in (folder.with_name(f"{folder.name}.py"), folder / "__init__.py"):
            if candidate.is_file():
                return candidate
    return None


def list_package_files(top: str) -> Iterator[Path]:
    """The Python files of a package, at most 200, sorted; of a plain module its own."""
    spec = _find_spec(top)
    if spec is None:
        return
    if spec.submodule_search_locations is None:
        file = _find_file(spec.origin)
        yield from [file] if file else []
        return
    for place in spec.submodule_search_locations:
        yield from sorted(Path(place).rglob("*.py"))[:_MOST_FILES]


def find_code(name: str) -> tuple[Path, ...]:
    """What importing a module can import of its own: the folder of its package, or the file of a plain module.

    Of a namespace that several distributions share, only the part that holds the module.
    """
    top, *below = name.split(".")
    spec = _find_spec(top)
    if spec is None:
        return ()
    if spec.submodule_search_locations is None:
        return tuple(path for path in (Path(spec.origin or ""),) if path.is_file())
    places = [Path(place) for place in spec.submodule_search_locations]
    if spec.origin is not None:
        return tuple(places)
    found = (_find_part(place, below) for place in places)
    return tuple(path for path in found if path is not None)


def _find_part(namespace: Path, below: list[str]) -> Path | None:
    """The package nearest to a namespace on the way to a module, else the module's file."""
    folder = namespace
    for part in below:
        folder /= part
        if (folder / "__init__.py").is_file():
            return folder
    file = folder.with_name(f"{folder.name}.py")
    return file if below and file.is_file() else None


def _find_spec(top: str) -> ModuleSpec | None:
    loaded = sys.modules.get(top)
    if loaded is not None:
        return getattr(loaded, "__spec__", None)
    try:
        return importlib.util.find_spec(top)
    except Exception:  # noqa: BLE001 - finders of editable installs are foreign code too
        return None


def _find_file(origin: str | None) -> Path | None:
    path = Path(origin) if origin else None
    return path if path is not None and path.suffix == ".py" and path.is_file() else None
